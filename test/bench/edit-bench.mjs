import { oursName } from "./contenders.mjs";
import { longDocument } from "./documents.mjs";
import { EditRace } from "./edit-race.mjs";
import { growthPower, median, p90 } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";

/** @typedef {import("./edit-race.mjs").Sample} Sample */
/** @typedef {{ name: string, corpus: Sample[], long: Sample[], peak: number | undefined }} Measured */

const editsPerFile = 5;
const warmUpFiles = 20;
const rounds = 3;
/** A just-in-time compiler gets to know long texts late: the length measured first would look the slowest. */
const warmUpRounds = 3;
const longLines = [1250, 2500, 5000];

/**
 * Edit → diagnostics, for every server.
 * @param {readonly import("./contenders.mjs").Contender[]} contenders
 * @param {readonly import("./documents.mjs").Document[]} corpus
 * @returns {Promise<{ servers: Measured[], power: number }>} `power`: of the length, that our time grows with
 */
export async function benchEdits(contenders, corpus) {
  const long = longLines.map((lines) => longDocument(corpus, lines));
  const servers = await benchServers(contenders, corpus, long);
  return { servers, power: await benchGrowth(contenders.slice(0, 2), corpus, long) };
}

async function benchServers(contenders, corpus, long) {
  const race = await EditRace.start(contenders, [...corpus, ...long]);
  try {
    await race.run(corpus.slice(0, warmUpFiles), { edits: editsPerFile, seed: 0 });
    const onCorpus = await race.run(corpus, { edits: editsPerFile, seed: 1 });
    const memory = new Map(race.servers.map((server) => [server, server.memory()]));
    await runRounds(race, long.slice(-1), 1);
    const [onLong] = await runRounds(race, long.slice(-1), rounds);
    const measured = race.servers.map((server) => ({
      name: server.name,
      corpus: onCorpus.get(server) ?? [],
      long: onLong.get(server) ?? [],
      peak: memory.get(server)?.peak,
    }));
    const [what, lines] = [`${corpus.length} Dockerfiles, ${editsPerFile} edits each`, longLines.at(-1)];
    printTimes(`Edit → diagnostics: ${what} (ms)`, measured, ({ corpus }) => corpus);
    printTimes(`Edit → diagnostics: one of ${lines} lines (ms)`, measured, ({ long }) => long);
    printServers(race.servers, memory);
    return measured;
  } finally {
    await race.stop();
  }
}

/** Ours, and the syntax-only server's for comparison, by the length of the text. */
async function benchGrowth(contenders, corpus, long) {
  const race = await EditRace.start(contenders, [...corpus, ...long]);
  try {
    await race.run(corpus.slice(0, warmUpFiles), { edits: editsPerFile, seed: 0 });
    await runRounds(race, long, warmUpRounds);
    const byLength = await runRounds(race, long, rounds);
    const medians = race.servers.map((server) => byLength.map((times) => median(ms(times.get(server)))));
    printTable(
      "Growth with the text's length",
      ["lines", ...race.servers.flatMap(({ name }) => [`${name}: median ms`, "p90", "ms per 1,000 lines"])],
      longLines.map((lines, i) => [
        String(lines),
        ...race.servers.flatMap((server, nth) => {
          const time = medians[nth][i];
          return [time, p90(ms(byLength[i].get(server))), (1000 * time) / lines].map((value) => shown(value));
        }),
      ]),
    );
    const times = medians[race.servers.findIndex(({ name }) => name === oursName)];
    if (!times) return Number.NaN;
    return growthPower(
      { size: longLines[0], time: times[0] },
      { size: longLines[longLines.length - 1], time: times[times.length - 1] },
    );
  } finally {
    await race.stop();
  }
}

/** Types in each document several times over, the servers and the documents taking turns. */
async function runRounds(race, documents, count) {
  const all = documents.map(() => new Map(race.servers.map((server) => [server, []])));
  for (let round = 0; round < count; round++) {
    for (const [i, document] of documents.entries()) {
      const samples = await race.run([document], { edits: editsPerFile, seed: round + 1 });
      for (const [server, some] of samples) all[i].get(server)?.push(...some);
    }
  }
  return all;
}

/** @param {readonly Sample[]} [samples] */
const ms = (samples = []) => samples.map((sample) => sample.ms);

function printTimes(title, servers, of) {
  const ours = servers.find(({ name }) => name === oursName);
  printTable(
    title,
    ["server", "edits", "median", "p90", "max", "ours/theirs: median", "p90", "diagnostics an edit"],
    servers.map((server) => {
      const times = ms(of(server));
      const found = of(server).reduce((sum, sample) => sum + sample.found, 0) / times.length;
      return [
        server.name,
        String(times.length),
        ...[median(times), p90(times), times.length > 0 ? Math.max(...times) : undefined].map((x) =>
          shown(x),
        ),
        shown(ours && median(ms(of(ours))) / median(times)),
        shown(ours && p90(ms(of(ours))) / p90(times)),
        shown(found),
      ];
    }),
  );
}

function printServers(servers, afterCorpus) {
  printTable(
    "The servers' memory (MiB), and how they answered",
    ["server", "RSS after the corpus", "peak", "RSS at the end", "peak", "diagnostics", "unasked", "state"],
    servers.map((server) => [
      server.name,
      shown(afterCorpus.get(server)?.now),
      shown(afterCorpus.get(server)?.peak),
      shown(server.memory()?.now),
      shown(server.memory()?.peak),
      server.pulls ? "pull" : "push",
      String(server.strays),
      server.failure ?? "answered every edit",
    ]),
  );
}
