import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Connection } from "../../../../engine/connection/connection.ts";
import { daemonFailure } from "../../../../engine/connection/daemon-failure.ts";
import { type DockerClient, dockerClient } from "../../../../engine/connection/docker-client.ts";
import { daemonAnswer, noSuchImage } from "../../../../engine/images/daemon-answer.ts";

let server: Server;
let client: DockerClient;

afterEach(() => {
  client.close();
  server.closeAllConnections();
  server.close();
});

async function clientOfDaemon(listener: RequestListener): Promise<DockerClient> {
  server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  client = dockerClient({ hostname: "127.0.0.1", port, tls: undefined });
  return client;
}

function connectionBy({ docker }: DockerClient): Connection {
  const host = { url: "tcp://node:2375", name: "node", source: "option" } as const;
  return { host, transport: "tcp", docker, lost: new AbortController().signal, close: async () => {} };
}

test.each([200, 500])("an answer of status %i that breaks off is a failure", async (status) => {
  const connection = connectionBy(
    await clientOfDaemon((_, response) => {
      response.writeHead(status, { "content-length": 1000 });
      response.write('[{"Id":', () => response.destroy());
    }),
  );
  const asked = daemonAnswer(connection, "cannot list the images", () => connection.docker.listImages());
  await expect(asked).rejects.toMatchObject({ details: { cause: "no-daemon" } });
});

test("a signal ends an answer that does not go on", async () => {
  const ended = new AbortController();
  const { docker } = await clientOfDaemon((_, response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.write("{", () => ended.abort());
  });
  await expect(docker.pruneImages({ abortSignal: ended.signal })).rejects.toThrow("abort");
});

test("what is no fault of the way to the daemon is not told as one", () => {
  const host = { url: "tcp://node:2375", name: "node", source: "option" } as const;
  const { details } = daemonFailure(new SyntaxError("Unexpected end of JSON input"), host);
  expect(details).toMatchObject({ cause: "fault", said: "Unexpected end of JSON input" });
  expect(details.next).not.toContain("Start Docker");
});

test("answers are what they were: JSON, text, nothing, a refusal", async () => {
  const connection = connectionBy(
    await clientOfDaemon(({ url }, response) => {
      if (url?.startsWith("/images/json")) response.end('[{"Id":"sha256:1"}]');
      else if (url?.startsWith("/_ping")) response.end("OK");
      else if (url?.endsWith("/start")) response.writeHead(204).end();
      else response.writeHead(404).end('{"message":"No such image: x - y"}');
    }),
  );
  const { docker } = connection;
  expect(await docker.listImages()).toEqual([{ Id: "sha256:1" }]);
  expect(String(await docker.ping())).toBe("OK");
  expect(String(await docker.getContainer("x").start())).toBe("");
  const asked = daemonAnswer(connection, "cannot look", () => docker.getImage("x").inspect(), noSuchImage);
  await expect(asked).rejects.toMatchObject({
    details: { cause: "request", what: "cannot look", said: "No such image: x - y" },
  });
});
