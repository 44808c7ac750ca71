import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EngineFailure } from "../../../../engine/failure.ts";
import { RegistryContents } from "../../../../engine/registry/contents/registry-contents.ts";
import type { CredentialStore } from "../../../../engine/registry/credentials.ts";

const server = createServer(({ url }, response) => {
  if (url?.includes("/tags/list")) response.end('{"tags":["v1"]}');
  else response.writeHead(404).end();
});
let registry: string;

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  registry = `localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** As a keychain that somebody has to unlock: it answers when it is told to, or ends by the signal. */
class SlowKeychain implements CredentialStore {
  readonly signals: (AbortSignal | undefined)[] = [];
  unlock = () => {};

  get(_: string, signal?: AbortSignal): Promise<undefined> {
    this.signals.push(signal);
    return new Promise((resolve, reject) => {
      this.unlock = () => resolve(undefined);
      signal?.addEventListener("abort", () =>
        reject(new EngineFailure({ cause: "cancelled", what: "asking for credentials was cancelled" })),
      );
    });
  }
}

test("whoever unlocks a keychain has the time that it takes", async () => {
  const keychain = new SlowKeychain();
  const contents = new RegistryContents({ registry, credentials: keychain });
  const names = contents.tagPage("lab/image", 0);
  await expect.poll(() => keychain.signals).toEqual([undefined]);
  keychain.unlock();
  expect((await names).tags).toEqual([{ tag: "v1" }]);
  expect(keychain.signals).toHaveLength(1);
});

test("a question that was broken off while the keychain was locked spoils none after it", async () => {
  const keychain = new SlowKeychain();
  const contents = new RegistryContents({ registry, credentials: keychain });
  const left = new AbortController();
  const broken = contents.tagNames("lab/image", left.signal);
  left.abort();
  await expect(broken).rejects.toMatchObject({ details: { cause: "cancelled" } });
  const names = contents.tagNames("lab/image");
  await expect.poll(() => keychain.signals).toHaveLength(2);
  keychain.unlock();
  expect(await names).toEqual(["v1"]);
});
