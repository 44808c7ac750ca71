import { longDocument } from "./documents.mjs";
import { EditRace } from "./edit-race.mjs";
import { growthPower, median, p90 } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";

/** @typedef {{ name: string, corpus: number[], long: number[], peak: number | undefined }} Measured */
/** @typedef {{ lines: number, times: number[] }} Growth */

const editsPerFile = 5;
const warmUpFiles = 20;
const rounds = 3;
const longLines = [1250, 2500, 5000];

/**
 * Edit → diagnostics, for every server: the first of them is ours, and all are compared with it.
 * @param {readonly import("./contenders.mjs").Contender[]} contenders
 * @param {readonly import("./documents.mjs").Document[]} corpus
 * @returns {Promise<{ servers: Measured[], growth: Growth[], power: number }>}
 */
export async function benchEdits(contenders, corpus) {
  const long = longLines.map((lines) => longDocument(corpus, lines));
  const race = await EditRace.start(contenders, [...corpus, ...long]);
  try {
    await race.run(corpus.slice(0, warmUpFiles), { edits: editsPerFile, seed: 0 });
    const corpusTimes = await race.run(corpus, { edits: editsPerFile, seed: 1 });
    const corpusMemory = new Map(race.servers.map((server) => [server, server.memory()]));
    const longTimes = await runRounds(race, long.at(-1), rounds);
    const servers = race.servers.map((server) => ({
      name: server.name,
      corpus: corpusTimes.get(server) ?? [],
      long: longTimes.get(server) ?? [],
      peak: corpusMemory.get(server)?.peak,
    }));
    printTimes(`Edit → diagnostics, ${corpus.length} Dockerfiles, ${editsPerFile} edits each (ms)`, servers, "corpus");
    printTimes(`Edit → diagnostics, one of ${longLines.at(-1)} lines (ms)`, servers, "long");
    printServers(race.servers, corpusMemory);
    return { servers, ...(await benchGrowth(contenders, corpus, long)) };
  } finally {
    await race.stop();
  }
}

/** The time of ours (and of the syntax-only server, for comparison) by the length of the text. */
async function benchGrowth(contenders, corpus, long) {
  const race = await EditRace.start(contenders.slice(0, 2), [...corpus, ...long]);
  try {
    await race.run(corpus.slice(0, warmUpFiles), { edits: editsPerFile, seed: 0 });
    await runRounds(race, long[0], 1);
    const byLength = [];
    for (const document of long) byLength.push(await runRounds(race, document, rounds));
    const growth = longLines.map((lines, i) => ({ lines, times: byLength[i].get(race.servers[0]) ?? [] }));
    printTable(
      "Growth with the text's length",
      ["lines", ...race.servers.flatMap(({ name }) => [`${name}: median ms`, "p90", "ms per 1,000 lines"])],
      longLines.map((lines, i) => [
        String(lines),
        ...race.servers.flatMap((server) => {
          const times = byLength[i].get(server) ?? [];
          return [median(times), p90(times), (1000 * median(times)) / lines].map((value) => shown(value));
        }),
      ]),
    );
    const [small, large] = [growth[0], growth[growth.length - 1]].map(({ lines, times }) => ({
      size: lines,
      time: median(times),
    }));
    return { growth, power: growthPower(small, large) };
  } finally {
    await race.stop();
  }
}

/** Types in one document several times over, the servers taking turns. */
async function runRounds(race, document, count) {
  const all = new Map(race.servers.map((server) => [server, []]));
  for (let round = 0; round < count; round++) {
    const times = await race.run([document], { edits: editsPerFile, seed: round + 1 });
    for (const [server, some] of times) all.get(server)?.push(...some);
  }
  return all;
}

function printTimes(title, servers, which) {
  const [{ [which]: ours }] = servers;
  printTable(
    title,
    ["server", "edits", "median", "p90", "max", "ours / theirs: median", "p90"],
    servers.map(({ name, [which]: times }) => [
      name,
      String(times.length),
      ...[median(times), p90(times), Math.max(...times)].map((value) =>
        Number.isFinite(value) ? shown(value) : "–",
      ),
      shown(median(ours) / median(times)),
      shown(p90(ours) / p90(times)),
    ]),
  );
}

function printServers(servers, corpusMemory) {
  printTable(
    "The servers' memory (MiB) and how they answered",
    ["server", "RSS after the corpus", "peak", "RSS at the end", "peak", "diagnostics", "unasked", "state"],
    servers.map((server) => [
      server.name,
      shown(corpusMemory.get(server)?.now),
      shown(corpusMemory.get(server)?.peak),
      shown(server.memory()?.now),
      shown(server.memory()?.peak),
      server.pulls ? "pull" : "push",
      String(server.strays),
      server.failure ?? "answered every edit",
    ]),
  );
}
