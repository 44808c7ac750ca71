import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "../../../engine/build/build.ts";
import type { BuildEvent } from "../../../engine/build/build-event.ts";
import { startBuild } from "../../../engine/build/start-build.ts";
import type { Connection } from "../../../engine/connection/connection.ts";
import { EngineFailure } from "../../../engine/failure.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { type SocketProxy, startSocketProxy } from "../../bed/socket-proxy.mjs";
import { daemonRelease, daemonSocket, socketConnection } from "../daemon.ts";
import { hasDockerCli } from "./docker-cli.ts";
import { noCredentials, runBuild } from "./run-build.ts";
import { until } from "./running-command.ts";
import { expectSameImage } from "./same-image.ts";
import { sameImageCases } from "./same-image-cases.ts";

/** Paths of the files that this process has open. */
function openFiles(): string[] {
  const descriptors = readdirSync("/proc/self/fd").map((name) => `/proc/self/fd/${name}`);
  // The one that lists them is gone.
  return descriptors.filter((path) => existsSync(path)).map((path) => readlinkSync(path));
}

// The builder is the real one; that the daemon has no other is what the proxy makes of it.
describe.skipIf(!daemonSocket || daemonRelease)("a build on a daemon without BuildKit", () => {
  const socket = daemonSocket ?? "";
  let scratch = "";
  let proxy: SocketProxy;
  let connection: Connection;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "lab-classic-"));
    proxy = await startSocketProxy(socket, { unknown: /^POST \/session/ });
    connection = socketConnection(proxy.socket);
  });
  afterAll(async () => {
    await proxy.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  describe.skipIf(!hasDockerCli)("the same image as docker build makes", () => {
    const cases = sameImageCases.filter(({ onlyNewer, notClassic }) => !onlyNewer && !notClassic);
    test.for(cases)("$name", (each) =>
      expectSameImage(connection, socket, mkdtempSync(join(scratch, "case-")), each, "classic"),
    );
  });

  test("sends only what is copied, and an unsaved Dockerfile stays out of the image", async () => {
    const folder = mkdtempSync(join(scratch, "context-"));
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "data/large"), Buffer.alloc(3_000_000));
    writeFileSync(join(folder, "train.py"), "print()");
    const before = proxy.sent;
    const request = { context: folder, dockerfile: join(folder, "Dockerfile"), tags: [] };
    const copy = `FROM ${BUSYBOX_BASE}\nCOPY *.py /app/\n`;
    expect((await runBuild(connection, { ...request, dockerfileText: copy })).error).toBeUndefined();
    expect(proxy.sent - before).toBeLessThan(20_000);
    const all = `FROM ${BUSYBOX_BASE}\nCOPY . /ctx/\n`;
    const { image } = await runBuild(connection, { ...request, dockerfileText: all });
    const { stdout } = await dockerClient(socket).run(image!, ["ls", "-A", "/ctx"]);
    expect(stdout.trim().split("\n")).toEqual(["data", "train.py"]);
  });

  test.each([
    ["FOO bar", "dockerfile parse error line 3: unknown instruction: FOO"],
    ["COPY --nope a /", "dockerfile parse error line 3: Unknown flag: nope"],
    ["ENV A", "ENV must have two arguments"],
    ["EXPOSE abc", "Invalid containerPort: abc"],
  ])("a mistake has its line: %s", async (mistake, said) => {
    const folder = mkdtempSync(join(scratch, "context-"));
    const dockerfileText = `FROM ${BUSYBOX_BASE}\nENV B=1\n${mistake}\n`;
    const request = { context: folder, dockerfile: join(folder, "Dockerfile"), dockerfileText, tags: [] };
    let last: BuildEvent | undefined;
    for await (const event of build(connection, request, { credentials: noCredentials })) last = event;
    expect(last).toMatchObject({
      kind: "finished",
      outcome: { ok: false, cause: "dockerfile", said, lines: { start: 3, end: 3 } },
    });
  });

  test("shows its steps with their lines, and fails at one", async () => {
    const folder = mkdtempSync(join(scratch, "context-"));
    const dockerfile = join(folder, "Dockerfile");
    const dockerfileText = `FROM ${BUSYBOX_BASE}\nENV A=b\nRUN echo hello\nRUN echo far && \\\n    exit 7\n`;
    const events: BuildEvent[] = [];
    const request = { context: folder, dockerfile, dockerfileText, tags: [], noCache: true };
    for await (const event of build(connection, request, { credentials: noCredentials })) events.push(event);
    const output = events.filter((event) => event.kind === "output").map(({ text }) => text);
    expect(output.join("")).toBe("hello\nfar\n");
    const last = events.at(-1);
    expect(last?.kind === "finished" && last.outcome).toMatchObject({
      ok: false,
      cause: "dockerfile",
      exitCode: 7,
      lines: { start: 4, end: 5 },
    });
  });

  test("goes on without a login that cannot be looked up", async () => {
    const folder = mkdtempSync(join(scratch, "context-"));
    const request = { context: folder, dockerfile: join(folder, "Dockerfile"), tags: [] };
    const missing = new EngineFailure({ cause: "registry-auth", what: "the helper is not here" });
    const credentials = { get: () => Promise.reject(missing) };
    const dockerfileText = `FROM ${BUSYBOX_BASE}\nENV A=b\n`;
    expect((await runBuild(connection, { ...request, dockerfileText }, credentials)).image).toBeDefined();
  });

  test("lets go of the context's files when it is cancelled", async () => {
    const folder = mkdtempSync(join(scratch, "context-"));
    const large = join(folder, "large");
    writeFileSync(large, "");
    truncateSync(large, 2 ** 30);
    const cancel = new AbortController();
    const request = { context: folder, dockerfile: join(folder, "Dockerfile"), tags: [] };
    const dockerfileText = `FROM ${BUSYBOX_BASE}\nCOPY . /\n`;
    const before = proxy.sent;
    const surroundings = { credentials: noCredentials, signal: cancel.signal };
    const started = startBuild(connection, { ...request, dockerfileText }, surroundings);
    const ended = started.catch((error: unknown) => error);
    await until(() => proxy.sent - before > 2 ** 20, 20_000);
    expect(openFiles()).toContain(large);
    cancel.abort();
    expect(await ended).toMatchObject({ details: { cause: "cancelled" } });
    await until(() => !openFiles().includes(large), 5_000);
  });

  test("a context that cannot be read is no lost connection", async () => {
    const folder = mkdtempSync(join(scratch, "context-"));
    const large = join(folder, "large");
    writeFileSync(large, "");
    truncateSync(large, 2 ** 30);
    const dockerfileText = `FROM ${BUSYBOX_BASE}\nCOPY . /\n`;
    const request = { context: folder, dockerfile: join(folder, "Dockerfile"), dockerfileText, tags: [] };
    const before = proxy.sent;
    const shortened = runBuild(connection, request);
    const thrown = shortened.catch((error: unknown) => error);
    await until(() => proxy.sent - before > 2 ** 20, 20_000);
    truncateSync(large, 10);
    expect(await thrown).toMatchObject({
      details: { cause: "request", what: `${large} became shorter while it was read` },
    });
    writeFileSync(join(folder, ".dockerignore"), "[a\n");
    await expect(runBuild(connection, request)).rejects.toMatchObject({
      details: { cause: "request", what: expect.stringContaining('"[a" is no pattern') },
    });
  });

  test("says what it cannot do", async () => {
    const folder = mkdtempSync(join(scratch, "context-"));
    const failed = runBuild(connection, {
      context: folder,
      dockerfile: join(folder, "Dockerfile"),
      dockerfileText: "FROM scratch",
      tags: [],
      secrets: new Map([["one", { kind: "environment", variable: "ONE" }]]),
    });
    await expect(failed).rejects.toMatchObject({
      details: { cause: "request", what: expect.stringContaining("no BuildKit, which secrets need") },
    });
  });
});
