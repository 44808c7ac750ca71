import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildRequest } from "../../../engine/build/build-request.ts";
import type { FailureCause } from "../../../engine/failure.ts";
import { inspectImage } from "../../../engine/images/inspect-image.ts";
import { namelessImages, removeNamelessImages } from "../../../engine/images/nameless-images.ts";
import { BUSYBOX_BASE, importBusyboxBase } from "../../bed/debian-base.mjs";
import { startDocker } from "../../bed/docker.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonSocket, hasContainerdStore, socketConnection } from "../daemon.ts";
import { failureIn, outputIn, resultIn, tellBuild } from "./events.ts";
import { isRunning, until } from "./running-command.ts";

describe.skipIf(!daemonSocket)("what a build tells", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const context = mkdtempSync(join(tmpdir(), "lab-events-"));
  beforeAll(() => writeFileSync(join(context, "a.txt"), "a\n"));
  afterAll(() => rmSync(context, { recursive: true, force: true }));

  const request = (dockerfileText: string, more: Partial<BuildRequest> = {}): BuildRequest => ({
    context,
    dockerfile: join(context, "Dockerfile"),
    dockerfileText,
    tags: ["lab/events:1"],
    ...more,
  });

  describe("of a build that works", () => {
    const dockerfile = `FROM ${BUSYBOX_BASE} AS tools
ARG WORD
RUN echo $WORD && \\
    # between
    echo "é\u001b[31mred" && echo error >&2

FROM ${BUSYBOX_BASE}
COPY --from=tools /etc/passwd /passwd
COPY a.txt /
`;
    const args = new Map([["WORD", `hello-${process.pid}`]]);

    test("steps with lines, stages, times and output; then a result that the daemon confirms", async () => {
      const told = await tellBuild(connection, request(dockerfile, { args }));
      const result = resultIn(told);
      const { id, size, names } = await inspectImage(connection, "lab/events:1");
      expect(result).toMatchObject({ image: id, size, tags: names });
      const steps = result.steps.filter(({ lines }) => lines);
      expect(
        steps.map(({ name, lines, stage }) => [
          name.replace(/^\[.*?\] /, ""),
          lines?.start,
          lines?.end,
          stage,
        ]),
      ).toEqual(
        expect.arrayContaining([
          [`RUN echo hello-${process.pid} &&     echo "é\u001b[31mred" && echo error >&2`, 3, 5, "tools"],
          ["COPY --from=tools /etc/passwd /passwd", 8, 8, "stage-1"],
          ["COPY a.txt /", 9, 9, "stage-1"],
        ]),
      );
      const run = steps.find(({ lines }) => lines?.start === 3);
      expect(run).toMatchObject({ state: "done", error: undefined });
      expect(run!.worked).toBeGreaterThan(0);
      expect(run!.ended! - run!.started!).toBeGreaterThanOrEqual(run!.worked);
      // Which of the two streams a daemon reads first is its own affair.
      expect(outputIn(told, "stdout")).toContain(`hello-${process.pid}\né\u001b[31mred\n`);
      expect(told.events).toContainEqual(
        expect.objectContaining({ kind: "output", step: run!.id, stream: "stderr", text: "error\n" }),
      );
      const sent = told.events.filter(
        (event) => event.kind === "progress" && event.item === "transferring context:",
      );
      expect(sent.at(-1)).toMatchObject({ done: true, current: expect.any(Number) });
      expect(told.events.filter(({ kind }) => kind === "finished")).toHaveLength(1);
    });

    test("a second time all of it comes from the cache, and no image is replaced", async () => {
      const result = resultIn(await tellBuild(connection, request(dockerfile, { args })));
      const cached = result.steps.filter(({ lines, name }) => lines && /\d\] [^F]/.test(name));
      expect(new Set(cached.map(({ state }) => state))).toEqual(new Set(["cached"]));
      expect(result.replaced).toBeUndefined();
    });
  });

  test("the image that loses its name is named, counted and can be removed", async () => {
    const labelled = async (label: string, ...tags: string[]) =>
      resultIn(await tellBuild(connection, request(`FROM ${BUSYBOX_BASE}\nLABEL v=${label}\n`, { tags })));
    const first = await labelled("1", "lab/replaced:1", "lab/replaced:2");
    const second = await labelled("2", "lab/replaced:1", "lab/replaced:2");
    // With containerd's image store a build leaves nothing of what it takes the name from.
    expect(second.replaced).toBe(hasContainerdStore ? undefined : first.image);
    const left = hasContainerdStore ? await labelled("3") : first;
    // Once more without a name: it still is the one that has two.
    expect((await labelled("2")).image).toBe(second.image);
    const nameless = await namelessImages(connection);
    expect(nameless.images).toContain(left.image);
    expect(nameless.images).not.toContain(second.image);
    expect(nameless.size).toBeGreaterThanOrEqual(left.size);
    const { removed } = await removeNamelessImages(connection);
    expect(removed).toBe(nameless.images.length);
    expect((await namelessImages(connection)).images).toEqual([]);
  });

  test("an image that keeps another name is not replaced", async () => {
    const build = (version: number, tag: string) =>
      tellBuild(connection, request(`FROM ${BUSYBOX_BASE}\nLABEL kept=${version}\n`, { tags: [tag] }));
    await build(1, "lab/kept:other");
    await build(1, "lab/kept:1");
    expect(resultIn(await build(2, "lab/kept:1")).replaced).toBeUndefined();
  });

  interface Expected {
    readonly cause: FailureCause;
    readonly lines?: readonly [number, number];
    readonly exitCode?: number;
    readonly said?: RegExp;
    readonly output?: readonly string[];
    readonly next?: RegExp;
  }
  const base = `FROM ${BUSYBOX_BASE}\n`;

  test.each<[string, string, Expected]>([
    [
      "a command that fails",
      `${base}RUN true && \\\n  echo "\u001b[31mno\u001b[0m"; exit 3\n`,
      { cause: "dockerfile", lines: [2, 3], exitCode: 3, output: ["no"] },
    ],
    [
      "a command that is not there",
      `${base}RUN nosuchcommand\n`,
      { cause: "dockerfile", lines: [2, 2], exitCode: 127, output: [expect.stringContaining("not found")] },
    ],
    [
      "a file that is missing",
      `${base}\nCOPY nosuchfile /x\n`,
      { cause: "dockerfile", lines: [3, 3], said: /nosuchfile/, next: /\.dockerignore/ },
    ],
    [
      "an unknown instruction",
      `${base}# a comment\nRUNN x \\\n  y\n`,
      { cause: "dockerfile", lines: [3, 4], said: /unknown instruction/ },
    ],
    [
      "a base without a value",
      "ARG B\nFROM $B\n",
      { cause: "dockerfile", lines: [2, 2], next: /--build-arg/ },
    ],
    [
      "a base at a registry that cannot be reached",
      "FROM a AS x\nFROM nothere.invalid/team/x:1\n".replace("FROM a AS x", base.trim()),
      { cause: "network", lines: [2, 2], said: /nothere\.invalid/ },
    ],
    [
      "an image of COPY --from that cannot be reached",
      `${base}COPY --from=nothere.invalid/x:1 / /\n`,
      { cause: "network", lines: [2, 2] },
    ],
    [
      "a user that the image does not have",
      `${base}USER nobody42\nRUN ls\n`,
      { cause: "dockerfile", lines: [3, 3] },
    ],
    [
      "a secret that was not given",
      `${base}RUN --mount=type=secret,id=token,required=true ls\n`,
      { cause: "request", lines: [2, 2], next: /--secret/ },
    ],
    [
      "a name that a command cannot look up",
      `${base}RUN wget -q http://nothere.invalid/\n`,
      { cause: "network", lines: [2, 2], exitCode: 1, next: /--network host/ },
    ],
    ["an empty Dockerfile", "", { cause: "dockerfile" }],
  ])("fails at %s", async (_, dockerfile, expected) => {
    const failure = failureIn(await tellBuild(connection, request(dockerfile, { network: "none" })));
    expect(failure.what).not.toBe("");
    expect({ cause: failure.cause, exitCode: failure.exitCode, lines: failure.lines }).toEqual({
      cause: expected.cause,
      exitCode: expected.exitCode,
      lines: expected.lines && { start: expected.lines[0], end: expected.lines[1] },
    });
    if (expected.said) expect(failure.said).toMatch(expected.said);
    if (expected.next) expect(failure.next).toMatch(expected.next);
    if (expected.output) expect(failure.output).toEqual(expected.output);
  });

  test("a target that the Dockerfile does not have is the request's fault", async () => {
    expect(failureIn(await tellBuild(connection, request(base, { target: "nosuch" }))).cause).toBe("request");
  });

  test("a Dockerfile that is not there is said before anything begins", async () => {
    const { dockerfileText: _, ...missing } = request("");
    await expect(tellBuild(connection, missing)).rejects.toMatchObject({ details: { cause: "request" } });
  });

  test("cancelled, it ends the command in the daemon within a second", async () => {
    const cancel = new AbortController();
    const seconds = `${4000 + (process.pid % 1000)}.25`;
    let cancelledAt = 0;
    const told = await tellBuild(connection, request(`${base}RUN sleep ${seconds}\n`), {
      signal: cancel.signal,
      seen: (event) => {
        if (event.kind !== "step" || event.step.state !== "running" || !event.step.name.includes("sleep"))
          return;
        void until(() => isRunning("sleep", seconds), 20_000).then(() => {
          cancelledAt = performance.now();
          cancel.abort();
        });
      },
    });
    const failure = failureIn(told);
    expect(failure).toMatchObject({ cause: "cancelled", lines: { start: 2, end: 2 } });
    await until(() => !isRunning("sleep", seconds), 20_000);
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
  });

  test("a loop that is left ends the command too", async () => {
    const seconds = `${5000 + (process.pid % 1000)}.25`;
    const { build } = await import("../../../engine/build/build.ts");
    const { noCredentials } = await import("../../../engine/registry/credentials.ts");
    for await (const event of build(connection, request(`${base}RUN echo on; sleep ${seconds}\n`), {
      credentials: noCredentials,
    }))
      if (event.kind === "output") break;
    await until(() => !isRunning("sleep", seconds), 20_000);
  });
});

describe.skipIf(!daemonSocket)("a daemon that goes away", () => {
  test("mid-build is said as that, with the step it was at", async () => {
    const docker = await startDocker();
    try {
      await importBusyboxBase(dockerClient(docker.socket));
      const daemon = Number(readFileSync(join(dirname(docker.socket), "pid"), "utf8"));
      const told = await tellBuild(
        socketConnection(docker.socket),
        {
          context: dirname(docker.socket),
          dockerfile: "/Dockerfile",
          dockerfileText: `FROM ${BUSYBOX_BASE}\nRUN echo begun; sleep 60\n`,
          tags: [],
          network: "host",
        },
        { seen: (event) => void (event.kind === "output" && process.kill(daemon, "SIGKILL")) },
      );
      const failure = failureIn(told);
      expect(failure).toMatchObject({
        cause: "connection-lost",
        lines: { start: 2, end: 2 },
        output: ["begun"],
      });
    } finally {
      await docker.stop();
    }
  });

  test("without space left says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lab-small-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const docker = await startDocker();
      try {
        await importBusyboxBase(dockerClient(docker.socket));
        const failure = failureIn(
          await tellBuild(socketConnection(docker.socket), {
            context: dirname(docker.socket),
            dockerfile: "/Dockerfile",
            dockerfileText: `FROM ${BUSYBOX_BASE}\nRUN dd if=/dev/zero of=/big bs=1M count=100\n`,
            tags: [],
            network: "host",
          }),
        );
        expect(failure).toMatchObject({ cause: "disk-full", lines: { start: 2, end: 2 } });
        expect(failure.next).toContain("space");
      } finally {
        await docker.stop();
      }
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      execFileSync("umount", ["--lazy", folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
