import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AheadAgent } from "../../../../engine/connection/ahead-agent.ts";

let folder = "";
let path = "";
let server: Server;
let connections: Socket[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lab-ahead-"));
  path = join(folder, "s");
  connections = [];
  server = createServer((_, answer) => answer.end("it answers"));
  server.on("connection", (socket) => connections.push(socket));
  await new Promise<void>((listening) => server.listen(path, listening));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function ask(agent: AheadAgent): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath: path, agent }, (answer) => resolve(text(answer)))
      .on("error", reject)
      .end();
  });
}

test("requests take the connections that are there, and make one when there is none", async () => {
  const agent = new AheadAgent(path, { keepAlive: true });
  agent.openAhead(2);
  await expect.poll(() => connections.length).toBe(2);
  const [first, second] = [ask(agent), ask(agent)];
  expect(await Promise.all([first, second])).toEqual(["it answers", "it answers"]);
  expect(connections).toHaveLength(2);
  expect(await Promise.all([ask(agent), ask(agent), ask(agent)])).toHaveLength(3);
  expect(connections).toHaveLength(3);
  agent.destroy();
});

test("one that the other side has closed is not taken", async () => {
  const agent = new AheadAgent(path, {});
  agent.openAhead(1);
  await expect.poll(() => connections.length).toBe(1);
  connections[0]?.destroy();
  // That it is closed takes a moment to arrive.
  await expect.poll(() => ask(agent).catch(() => "not yet")).toBe("it answers");
  expect(connections).toHaveLength(2);
  agent.destroy();
});

test("those that nobody took are closed at the end; one that cannot be is no error", async () => {
  const agent = new AheadAgent(path, {});
  agent.openAhead(2);
  await expect.poll(() => connections.length).toBe(2);
  agent.destroy();
  await expect.poll(() => connections.every(({ destroyed }) => destroyed)).toBe(true);
  const nowhere = new AheadAgent(join(folder, "none"), {});
  nowhere.openAhead(1);
  await new Promise((resolve) => setImmediate(resolve));
  nowhere.destroy();
});
