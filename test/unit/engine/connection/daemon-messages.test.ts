import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Docker from "dockerode";
import { expect, onTestFinished, test } from "vitest";
import { daemonMessages } from "../../../../engine/connection/daemon-messages.ts";

/** What is read of a daemon that answers with these lines. */
async function messagesOf(lines: readonly string[]) {
  const server = createServer((_, answer) => answer.end(lines.map((line) => `${line}\n`).join("")));
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const connection = {
    host: { url: "tcp://daemon", name: "daemon", source: "option" },
    transport: "tcp",
    docker: new Docker({ host: "127.0.0.1", port }),
    lost: new AbortController().signal,
    close: async () => {},
  } as const;
  const request = { method: "POST", path: "/images/create", query: {}, work: "the pull" } as const;
  const messages = [];
  for await (const message of daemonMessages(connection, request)) messages.push(message);
  return messages;
}

test("bytes are told of a layer; the seconds that containerd's image store counts are none", async () => {
  const read = await messagesOf([
    '{"status":"Downloading","progressDetail":{"current":7,"total":9},"id":"a1"}',
    '{"status":"Download complete","progressDetail":{"hidecounts":true},"id":"a1"}',
    '{"status":"Extracting","progressDetail":{"current":1,"units":"s"},"progress":"1 s","id":"a1"}',
  ]);
  expect(read.map(({ status, current, total }) => [status, current, total])).toEqual([
    ["Downloading", 7, 9],
    ["Download complete", undefined, undefined],
    ["Extracting", undefined, undefined],
  ]);
});
