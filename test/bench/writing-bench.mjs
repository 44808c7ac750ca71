import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { longDocument } from "./documents.mjs";
import { median, p90 } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";

const shortLines = 500;
const longLines = 5_000;
const warmUps = 20;
const rounds = 100;

/**
 * What an editor asks while somebody writes, over stdio: the time of each answer.
 * @param {string} server our bundle
 * @param {readonly import("./documents.mjs").Document[]} corpus
 * @returns {Promise<import("./aims.mjs").Aim[]>}
 */
export async function benchWriting(server, corpus) {
  const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  try {
    await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    await connection.sendNotification("initialized", {});
    const short = await open(connection, longDocument(corpus, shortLines));
    const long = await open(connection, longDocument(corpus, longLines));
    const rows = [
      await measure("completion of a tag", (at) => ask(connection, "completion", short, tagPlace(short, at))),
      await measure("completion of a line", (at) =>
        ask(connection, "completion", short, { line: at, character: 1 }),
      ),
      await measure("hover", (at) => ask(connection, "hover", short, { line: at, character: 8 })),
      await measure("colours, 5,000 lines", () => ask(connection, "semanticTokens/full", long)),
      await measure("outline, 5,000 lines", () => ask(connection, "documentSymbol", long)),
    ];
    printTable(
      `While writing: ${shortLines} lines where no other number stands (ms)`,
      ["", "median", "p90"],
      rows.map(({ name, times }) => [name, shown(median(times)), shown(p90(times))]),
    );
    const [tag, , hover, colours] = rows.map(({ times }) => median(times));
    return [
      { aim: "completion, median", value: tag, limit: 10, unit: " ms" },
      { aim: "hover, median", value: hover, limit: 10, unit: " ms" },
      { aim: "colours of 5,000 lines, median", value: colours, limit: 100, unit: " ms" },
    ];
  } finally {
    await connection.sendRequest("shutdown").catch(() => {});
    await connection.sendNotification("exit").catch(() => {});
    connection.dispose();
    child.kill();
  }
}

async function open(connection, { name, text }) {
  const uri = pathToFileURL(`/bench/${name}`).href;
  const textDocument = { uri, languageId: "dockerfile", version: 1, text };
  await connection.sendNotification("textDocument/didOpen", { textDocument });
  return { uri, lines: text.split("\n") };
}

/** Behind the colon or the dash of an nvidia/cuda tag, one after the other. */
function tagPlace({ lines }, at) {
  const places = lines.flatMap((line, number) => {
    const tag = /nvidia\/cuda:[\d.]*-?/.exec(line);
    return tag ? [{ line: number, character: tag.index + tag[0].length }] : [];
  });
  return places[at % places.length];
}

function ask(connection, method, { uri }, position) {
  return connection.sendRequest(`textDocument/${method}`, {
    textDocument: { uri },
    ...(position && { position }),
  });
}

async function measure(name, run) {
  for (let round = 0; round < warmUps; round++) await run(round);
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run((round * 37) % shortLines);
    times.push(performance.now() - start);
  }
  return { name, times };
}
