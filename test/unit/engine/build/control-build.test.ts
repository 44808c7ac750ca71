import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "../../../../engine/build/build.ts";
import type { BuildOutcome } from "../../../../engine/build/build-event.ts";
import { frame } from "../../../../engine/buildkit/grpc/grpc-frames.ts";
import { noCredentials } from "../../../../engine/registry/credentials.ts";
import { StatusMessage } from "../status-message.ts";
import { type FakeAnswer, fakeControlDaemon } from "./fake-control-daemon.ts";

describe("a build by BuildKit's own API", () => {
  let context = "";
  beforeAll(() => {
    context = mkdtempSync(join(tmpdir(), "lab-control-"));
  });
  afterAll(() => rmSync(context, { recursive: true }));

  async function outcomeOf(
    methods: Record<string, FakeAnswer>,
    ...extraHosts: string[]
  ): Promise<BuildOutcome> {
    const request = {
      ...{ context, dockerfile: join(context, "Dockerfile"), dockerfileText: "FROM base\nRUN make\n" },
      ...{ tags: [], extraHosts, namedContexts: new Map([["base", "docker-image://debian:12"]]) },
    };
    const events = build(await fakeControlDaemon(methods), request, { credentials: noCredentials });
    for await (const event of events) if (event.kind === "finished") return event.outcome;
    throw new Error("the build has no end");
  }

  const failed = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';
  const step = new StatusMessage().vertex({
    ...{ digest: "one", name: "[2/2] RUN make", started: 1, completed: 2 },
    error: failed,
  });

  test("that is refused before its progress can be asked for says why", async () => {
    const outcome = await outcomeOf({
      Status: { code: 2, said: "no such job" },
      Solve: { code: 2, said: "granting entitlement network.host is not allowed" },
    });
    expect(outcome).toMatchObject({
      ok: false,
      cause: "request",
      what: "the build failed",
      said: "granting entitlement network.host is not allowed",
    });
  });

  test("of which more is said than Node reads is the failure of its step", async () => {
    const outcome = await outcomeOf({
      Status: { messages: [frame(step.bytes)], code: 0 },
      Solve: { code: 2, said: `failed to solve: ${failed}`, details: 150_000 },
    });
    expect(outcome).toMatchObject({
      ok: false,
      cause: "dockerfile",
      exitCode: 2,
      lines: { start: 2, end: 2 },
    });
  });

  test("with host-gateway on a daemon that does not tell its address", async () => {
    expect(
      await outcomeOf({ ListWorkers: { messages: [frame(new Uint8Array())] } }, "host:host-gateway"),
    ).toMatchObject({
      ok: false,
      cause: "request",
      what: expect.stringContaining("the address of host-gateway"),
      next: expect.stringContaining("--add-host"),
    });
  });
});
