// `npm run bench`: our server and command line beside two others, on the same machine in the same minutes.
// --quick takes every eighth Dockerfile and fewer runs; --edits, --writing and --lint measure that part alone; --builds,
// --builds-over-ssh and --pushes measure those instead, beside docker's own client, --log a build that prints a gigabyte
// (Linux and root: a daemon of its own).
import { cpus, loadavg } from "node:os";
import { editAims, lintAims, printAims } from "./aims.mjs";
import { buildPrograms } from "./build.mjs";
import { benchBuilds } from "./build-bench.mjs";
import { benchBuildLog } from "./build-log.mjs";
import {
  installed,
  linters,
  ours,
  syntaxOnlyServer,
  tallyAsShipped,
  tallyWithoutShellCheck,
} from "./contenders.mjs";
import { corpusDocuments } from "./documents.mjs";
import { benchEdits } from "./edit-bench.mjs";
import { benchLint } from "./lint-bench.mjs";
import { benchPushes } from "./push-bench.mjs";
import { benchWriting } from "./writing-bench.mjs";

const asked = new Set(process.argv.slice(2));
const quick = asked.has("--quick");

const { server, cli, worker } = await buildPrograms();
const corpus = corpusDocuments();
const [{ model }] = cpus();
const load = () =>
  loadavg()
    .map((value) => value.toFixed(2))
    .join(" ");
console.log(`Node ${process.version}, ${cpus().length} × ${model}, load ${load()}`);

const aims = [];
const onDaemon = ["--builds", "--builds-over-ssh", "--pushes", "--log"].some((part) => asked.has(part));
const builds = quick ? 3 : 5;
if (asked.has("--builds")) aims.push(...(await benchBuilds({ cli, worker }, builds, "local")));
if (asked.has("--builds-over-ssh")) aims.push(...(await benchBuilds({ cli, worker }, builds, "ssh")));
if (asked.has("--pushes")) aims.push(...(await benchPushes({ cli, worker }, quick ? 3 : 9)));
if (asked.has("--log")) aims.push(...(await benchBuildLog(cli, quick ? 1e8 : 1e9)));
if (!onDaemon && !asked.has("--lint") && !asked.has("--edits"))
  aims.push(...(await benchWriting(server, corpus)));
if (!onDaemon && !asked.has("--lint") && !asked.has("--writing")) {
  const contenders = [ours(server), syntaxOnlyServer(), tallyAsShipped(), tallyWithoutShellCheck()];
  const chosen = quick ? corpus.filter((_, i) => i % 8 === 0) : corpus;
  aims.push(...editAims(await benchEdits(installed(contenders), chosen)));
}
if (!onDaemon && !asked.has("--edits") && !asked.has("--writing"))
  aims.push(...lintAims(await benchLint(installed(linters(cli)), corpus.length, quick ? 3 : 7)));
printAims(aims);
console.log(`\nLoad at the end ${load()}; with nothing else to do the bench itself makes 1 to 2.`);
