import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectImage } from "../../../engine/images/inspect-image.ts";
import { removeImage } from "../../../engine/images/remove-image.ts";
import { type CredentialStore, noCredentials } from "../../../engine/registry/credentials.ts";
import { pull } from "../../../engine/registry/pull.ts";
import type { PullEvent, PullOutcome } from "../../../engine/registry/pull-event.ts";
import { push } from "../../../engine/registry/push.ts";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { startTokenServer, type TokenServer } from "../../bed/token-server.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { makeImage, only, pushed } from "./pushing.ts";
import { startSlowProxy } from "./slow-proxy.ts";

const password = "pw-of-ada";

describe.skipIf(!daemonSocket)("pull", () => {
  const connection = socketConnection(daemonSocket ?? "");
  let open: Registry;
  let tokens: TokenServer;
  let bearer: Registry;

  beforeAll(async () => {
    tokens = await startTokenServer({ users: { ada: { password, repositories: ["ada/"] } } });
    [open, bearer] = await Promise.all([startRegistry(), startRegistry({ tokens })]);
  });

  afterAll(async () => {
    await Promise.all([open, bearer, tokens].map((each) => each?.stop()));
  });

  async function pulled(reference: string, credentials: CredentialStore = noCredentials) {
    const events: PullEvent[] = [];
    for await (const event of pull(connection, reference, { credentials })) events.push(event);
    const last = events.at(-1);
    if (last?.kind !== "finished") throw new Error("the pull has no end");
    return { events, outcome: last.outcome as PullOutcome };
  }

  /** An image that the registry has and the daemon has not; its digest. */
  async function inRegistry(reference: string, credentials: CredentialStore, bytes = 2_000_000) {
    await makeImage(reference, bytes);
    const { outcome } = await pushed(push(connection, reference, { credentials }));
    if (!outcome.ok) throw new Error(outcome.what);
    await removeImage(connection, reference);
    return outcome.digest;
  }

  test("a layer goes through its states; the second time nothing is new", async () => {
    const reference = `${open.host}/ada/pulled:v1`;
    const digest = await inRegistry(reference, noCredentials);
    const { events, outcome } = await pulled(reference);
    const states = events.flatMap((event) => (event.kind === "layer" ? [event.state] : []));
    // A daemon that is busy leaves states between out.
    expect([states[0], states.at(-1)]).toEqual(["waiting", "pulled"]);
    expect(outcome).toMatchObject({ ok: true, reference, digest, isNew: true });
    expect((await pulled(reference)).outcome).toMatchObject({ digest, isNew: false });
    const byDigest = `${open.host}/ada/pulled@${digest}`;
    expect((await pulled(byDigest)).outcome).toMatchObject({ ok: true, reference: byDigest });
    await removeImage(connection, reference);
    await pulled(byDigest);
    expect(await inspectImage(connection, byDigest)).toMatchObject({ names: [], digests: [byDigest] });
  });

  test("a login, and none", async () => {
    const credentials = only(bearer.host, "ada", password);
    const reference = `${bearer.host}/ada/private:v1`;
    const digest = await inRegistry(reference, credentials);
    expect((await pulled(reference)).outcome).toMatchObject({
      cause: "registry-auth",
      what: `cannot pull ${reference}`,
      next: `Log in to ${bearer.host} and pull again`,
    });
    expect((await pulled(reference, credentials)).outcome).toMatchObject({ ok: true, digest });
  });

  test("what the registry does not have", async () => {
    expect((await pulled(`${open.host}/ada/never:v1`)).outcome).toMatchObject({
      cause: "registry",
      next: "Check the image's name and tag, and that the registry has it",
    });
  });

  test("cancelling ends it within a second", async () => {
    await inRegistry(`${open.host}/ada/large:v1`, noCredentials, 30_000_000);
    const proxy = await startSlowProxy(open.port, 1_000_000, "to the daemon");
    const cancel = new AbortController();
    let cancelled = 0;
    const options = { credentials: noCredentials, signal: cancel.signal };
    for await (const event of pull(connection, `${proxy.host}/ada/large:v1`, options)) {
      if (event.kind === "layer" && event.state === "downloading" && cancelled === 0) {
        cancelled = performance.now();
        cancel.abort();
      }
      if (event.kind === "finished") expect(event.outcome).toMatchObject({ cause: "cancelled" });
    }
    expect(performance.now() - cancelled).toBeLessThan(1_000);
    await proxy.stop();
  });
});
