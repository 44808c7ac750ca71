import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { IgnoreFile } from "../../../core/context/ignore-file.ts";
import type { BuildRequest } from "../../../engine/build/build-request.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { startSocketProxy } from "../../bed/socket-proxy.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { runBuild } from "./run-build.ts";

describe.skipIf(!daemonSocket)("a build through a session", () => {
  const socket = daemonSocket ?? "";
  const connection = socketConnection(socket);
  const docker = dockerClient(socket);
  let scratch = "";
  let folder = "";

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "lab-session-"));
  });
  beforeEach(() => {
    folder = mkdtempSync(join(scratch, "context-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const request = (dockerfile: string, more: Partial<BuildRequest> = {}): BuildRequest => {
    writeFileSync(join(folder, "Dockerfile"), `FROM ${BUSYBOX_BASE}\n${dockerfile}\n`);
    return { context: folder, dockerfile: join(folder, "Dockerfile"), tags: [], ...more };
  };
  const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
  const read = async (image: string | undefined, path: string) =>
    (await docker.run(image ?? "none", ["cat", path])).stdout;

  test("copies what the context holds, and gives every tag", async () => {
    write("train.py", "print('hello')\n");
    const tags = ["lab/one:1", "lab/one:latest", "localhost:5000/lab/other:2"];
    const { image, error } = await runBuild(connection, request("COPY train.py /app/", { tags }));
    expect(error).toBeUndefined();
    for (const tag of tags) expect((await docker.image(tag)).Id).toBe(image);
    expect(await read(image, "/app/train.py")).toBe("print('hello')\n");
  });

  test("a command that fails is the daemon's error", async () => {
    const { image, error, failure } = await runBuild(connection, request("RUN echo far away; exit 3"));
    expect(image).toBeUndefined();
    expect(error).toContain("exit code: 3");
    expect(failure).toBeUndefined();
  });

  test("sends only what changed", async () => {
    const proxy = await startSocketProxy(socket);
    try {
      const sent = async () => {
        const before = proxy.sent;
        const { image, error } = await runBuild(socketConnection(proxy.socket), request("COPY . /ctx"));
        expect(error).toBeUndefined();
        return { bytes: proxy.sent - before, image };
      };
      for (let each = 0; each < 20; each++) write(`part${each}`, Buffer.alloc(100_000, `${each} `));
      expect((await sent()).bytes).toBeGreaterThan(2_000_000);
      expect((await sent()).bytes).toBeLessThan(10_000);
      // As long as before and, to the second, as old.
      const seconds = 1_700_000_000;
      write("part3", Buffer.alloc(100_000, "x"));
      utimesSync(join(folder, "part3"), seconds, seconds + 0.25);
      await sent();
      write("part3", Buffer.alloc(100_000, "y"));
      utimesSync(join(folder, "part3"), seconds, seconds + 0.5);
      const changed = await sent();
      expect(changed.bytes).toBeGreaterThan(100_000);
      expect(changed.bytes).toBeLessThan(120_000);
      expect(await read(changed.image, "/ctx/part3")).toBe("y".repeat(100_000));
    } finally {
      await proxy.stop();
    }
  });

  test("sends nothing that is not copied", async () => {
    const proxy = await startSocketProxy(socket);
    try {
      mkdirSync(join(folder, "data"));
      write("data/large", Buffer.alloc(5_000_000));
      write("train.py", "print()");
      const { error } = await runBuild(socketConnection(proxy.socket), request("COPY *.py /"));
      expect(error).toBeUndefined();
      expect(proxy.sent).toBeLessThan(10_000);
    } finally {
      await proxy.stop();
    }
  });

  test("takes a Dockerfile's text instead of the file, with its own ignore file", async () => {
    write("a", "a");
    write("b", "b");
    write("Dockerfile.dockerignore", "a\n");
    const onDisk = request("COPY a /");
    const text = (name: string) => `FROM ${BUSYBOX_BASE}\nCOPY . /ctx\nRUN echo ${name} > /name\n`;
    for (const name of ["one", "two"]) {
      const { image, error } = await runBuild(connection, { ...onDisk, dockerfileText: text(name) });
      expect(error).toBeUndefined();
      expect(await read(image, "/name")).toBe(`${name}\n`);
      const { stdout } = await docker.run(image!, ["ls", "/ctx"]);
      expect(stdout.split("\n")).not.toContain("a");
      expect(stdout.split("\n")).toContain("b");
    }
    const unsaved = { ...onDisk, dockerfile: join(folder, "New.dockerfile"), dockerfileText: text("new") };
    expect(await read((await runBuild(connection, unsaved)).image, "/name")).toBe("new\n");
  });

  test("several builds of one context at once each get all of it", async () => {
    for (let each = 0; each < 50; each++) write(`file${each}`, `${each}\n`.repeat(2_000));
    const base = request("");
    const builds = [0, 1, 2, 3].map((each) =>
      runBuild(connection, {
        ...base,
        noCache: true,
        dockerfileText: `FROM ${BUSYBOX_BASE}\nCOPY . /ctx\nRUN cat /ctx/file* | md5sum > /sum; echo ${each}\n`,
      }),
    );
    const sums = await Promise.all(
      (await Promise.all(builds)).map(async ({ error, image }) => error ?? (await read(image, "/sum"))),
    );
    expect(new Set(sums).size).toBe(1);
    expect(sums[0]).toMatch(/^[0-9a-f]{32}/);
  });

  test("writes cache metadata into the image where asked to", async () => {
    const { image } = await runBuild(connection, request("RUN echo cached", { inlineCache: true }));
    const chunks: Buffer[] = [];
    for await (const chunk of (await connection.docker.getImage(image!).get()) as AsyncIterable<Buffer>)
      chunks.push(chunk);
    expect(Buffer.concat(chunks).includes("moby.buildkit.cache.v0")).toBe(true);
  });

  describe("says what is wrong on this side", () => {
    test("a context or a Dockerfile that is not there", async () => {
      const missing = join(folder, "none");
      const good = request("");
      const failure = (what: string) => ({
        details: { cause: "request", what: expect.stringContaining(what) },
      });
      await expect(runBuild(connection, { ...good, context: missing })).rejects.toMatchObject(
        failure(missing),
      );
      await expect(runBuild(connection, { ...good, dockerfile: missing })).rejects.toMatchObject(
        failure(missing),
      );
      await expect(runBuild(connection, { ...good, dockerfile: folder })).rejects.toMatchObject(
        failure("no file"),
      );
      await expect(runBuild(connection, { ...good, context: good.dockerfile })).rejects.toMatchObject(
        failure("no folder"),
      );
    });

    test("a tag that the daemon refuses", async () => {
      const { error } = await runBuild(connection, request("", { tags: ["Not/A Tag"] })).catch((thrown) => ({
        error: String(thrown),
      }));
      expect(error).toMatch(/invalid reference format|invalid tag/);
    });

    test("a pattern of the ignore file that Docker refuses", async () => {
      write(".dockerignore", "data\n!\n");
      const { error, failure } = await runBuild(connection, request("COPY . /ctx"));
      expect(error).toContain('"!"');
      // Newer daemons read the ignore file before they ask for anything.
      if (failure)
        expect(failure.details).toMatchObject({ cause: "request", what: expect.stringContaining('"!"') });
    });

    test("a name that a newer daemon cannot hold", async () => {
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]), "latin 1");
      const { image, failure } = await runBuild(connection, request("COPY . /ctx"));
      if (!image) expect(failure?.details.what).toContain("caf\ufffd");
    });

    test("patterns that are not ASCII, as core reads them", async () => {
      const names = ["café.txt", "cafe.txt", "größe, 1", "größe, 2", "😀"];
      for (const name of names) write(name, name);
      const lines = ["caf?.txt", "!cafe.txt", "*ß*, 1", "?"];
      write(".dockerignore", lines.join("\n"));
      const ignore = new IgnoreFile(lines.join("\n"));
      const { image } = await runBuild(connection, request("COPY . /ctx"));
      const { stdout } = await docker.run(image!, ["find", "/ctx", "-type", "f"]);
      const kept = names.filter((name) => !ignore.decide(name).ignored);
      expect(kept).toEqual(["cafe.txt", "größe, 2"]);
      const found = stdout.split("\n").map((path) => path.replace("/ctx/", ""));
      expect(found.filter((name) => names.includes(name)).sort()).toEqual(kept);
    });

    // The kernel's files are made for this: one that even root may not read, one that is shorter than it says.
    test("a file that cannot be read", async () => {
      const dockerfile = request("COPY drivers_probe /").dockerfile;
      const { error, failure } = await runBuild(connection, {
        ...request("COPY drivers_probe /"),
        dockerfile,
        context: "/sys/bus/platform",
      });
      expect(error).toContain("/sys/bus/platform/drivers_probe cannot be read: permission denied");
      expect(failure?.details.what).toContain("/sys/bus/platform/drivers_probe");
    });

    test("a file that becomes shorter while it is read", async () => {
      const path = "/sys/class/net/lo/mtu";
      expect(readFileSync(path).length).toBeLessThan(4096);
      const { failure } = await runBuild(connection, {
        ...request("COPY mtu /"),
        context: "/sys/class/net/lo",
      });
      expect(failure?.details.what).toBe(`${path} became shorter while it was read`);
    });
  });
});
