import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "../../../engine/connection/connection.ts";
import { inspectImage } from "../../../engine/images/inspect-image.ts";
import { buildLab } from "../../../engine/lab/build-lab.ts";
import { planFile } from "../../../engine/lab/plan-lab.ts";
import { noCredentials } from "../../../engine/registry/credentials.ts";
import { push } from "../../../engine/registry/push.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { startRegistry } from "../../bed/registry.mjs";
import { type SocketProxy, startSocketProxy } from "../../bed/socket-proxy.mjs";
import { daemonRelease, daemonSocket, hasContainerdStore, socketConnection } from "../daemon.ts";
import { makeImage, pushed } from "../registry/pushing.ts";
import { LabOnBed } from "./lab-on-bed.ts";

const socket = daemonSocket ?? "";
const oci = "org.opencontainers.image";

describe.skipIf(!daemonSocket)("labels of builds", () => {
  const labs: LabOnBed[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  function guide(connection: Connection, manifest = '"registry": "REGISTRY"', base = ""): LabOnBed {
    const lab = new LabOnBed(connection, {
      "lab-images.json": `{ ${manifest} }`,
      "base/Dockerfile": `FROM ${BUSYBOX_BASE}\n${base}RUN echo base > /base\nCOPY a.txt /\n`,
      "base/a.txt": "a\n",
      "pytorch/Dockerfile": "FROM REGISTRY/base\nRUN echo torch > /torch\n",
    });
    labs.push(lab);
    return lab;
  }

  const git = (lab: LabOnBed, ...args: string[]) =>
    execFileSync("git", ["-c", "user.name=ada", "-c", "user.email=ada@example.org", ...args], {
      cwd: lab.root,
      encoding: "utf8",
    }).trim();

  describe("with BuildKit", () => {
    const connection = socketConnection(socket);

    test("say where an image comes from, and what it builds on", async () => {
      const lab = guide(connection);
      git(lab, "init", "--quiet");
      git(lab, "remote", "add", "origin", "https://ada:secret@git.example.org/lab/images.git");
      git(lab, "add", ".");
      git(lab, "commit", "--quiet", "--message", "images");
      const before = Date.now() - 1000;
      await lab.build("all");
      const labels = await lab.labels("pytorch");
      expect(labels).toEqual({
        "lab-images.fingerprint": expect.stringMatching(
          /^1 pytorch dockerfile=[0-9a-f]{16} files=[0-9a-f]{16} arguments=[0-9a-f]{16} bases=[0-9a-f]{12}$/,
        ),
        [`${oci}.source`]: "https://git.example.org/lab/images.git",
        [`${oci}.revision`]: git(lab, "rev-parse", "HEAD"),
        [`${oci}.created`]: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        [`${oci}.base.name`]: `docker.io/${lab.registry}/base:latest`,
        // Containerd's image store knows it before a push; the classic one learns it by one.
        ...(hasContainerdStore && { [`${oci}.base.digest`]: await lab.id("base") }),
      });
      expect(Date.parse(labels[`${oci}.created`] ?? "")).toBeGreaterThan(before);
    });

    test("a wholly cached rebuild keeps them and the image's id, also when a commit has come", async () => {
      const lab = guide(connection);
      git(lab, "init", "--quiet");
      git(lab, "commit", "--quiet", "--allow-empty", "--message", "one");
      await lab.build("all");
      const [base, pytorch] = [await lab.id("base"), await lab.id("pytorch")];
      git(lab, "commit", "--quiet", "--allow-empty", "--message", "two");
      const { outcomes, results } = await lab.build("all", { force: true });
      expect(outcomes).toEqual({ base: "built", pytorch: "built" });
      expect([await lab.id("base"), await lab.id("pytorch")]).toEqual([base, pytorch]);
      expect(results.get("base")).toMatchObject({ result: { replaced: undefined } });
    });

    test("built without a name it says no time, so that it is the same image each time", async () => {
      const lab = guide(connection);
      const dockerfile = join(lab.root, "base/Dockerfile");
      const plan = await planFile(lab.lab, "a file", { context: dirname(dockerfile), dockerfile, tags: [] });
      let id = "";
      for await (const event of buildLab(connection, plan, { credentials: noCredentials }))
        if (event.kind === "image-finished" && event.outcome.kind === "built")
          id = event.outcome.result.image;
      const { labels } = await inspectImage(connection, id);
      expect(Object.keys(labels)).not.toContain(`${oci}.created`);
      expect(Object.keys(labels)).toEqual(
        expect.arrayContaining(["lab-images.fingerprint", `${oci}.base.name`]),
      );
    });

    test("they take nothing from the cache: another label alone runs no step anew", async () => {
      const lab = guide(connection);
      await lab.build(["base"]);
      const { results } = await lab.build(["base"], { asked: { labels: new Map([["note", "1"]]) } });
      const outcome = results.get("base");
      if (outcome?.kind !== "built") throw new Error(`base is ${outcome?.kind}`);
      const own = outcome.result.steps.filter(({ name }) => /^\[[23]\/3\]/.test(name));
      expect(own.map(({ state }) => state)).toEqual(["cached", "cached"]);
    });

    test("the user's own win, of the Dockerfile and of the command", async () => {
      const lab = guide(
        connection,
        '"registry": "REGISTRY"',
        `LABEL ${oci}.source=https://mine.example.org\n`,
      );
      await lab.build(["base"], { asked: { labels: new Map([[`${oci}.created`, "today"]]) } });
      expect(await lab.labels("base")).toMatchObject({
        [`${oci}.source`]: "https://mine.example.org",
        [`${oci}.created`]: "today",
      });
      expect(await lab.states()).toMatchObject({ base: "stale: arguments" });
    });

    test("what is said of a base alone is not inherited", async () => {
      const lab = guide(connection);
      await lab.build(["base"], { asked: { labels: new Map([[`${oci}.base.digest`, "sha256:0"]]) } });
      await lab.build(["pytorch"]);
      // The base of the lab is stale, built anew without the label, and was never pushed.
      const own = async () => (hasContainerdStore ? await lab.id("base") : undefined);
      expect((await lab.labels("pytorch"))[`${oci}.base.digest`]).toBe(await own());
      lab.write("base/Dockerfile", `FROM ${BUSYBOX_BASE}\nLABEL ${oci}.base.digest=sha256:0\n`);
      await lab.build(["pytorch"]);
      expect(await lab.labels("pytorch")).toMatchObject({ [`${oci}.base.digest`]: (await own()) ?? "" });
    });

    test("turned off there is none, and every image is built when it is asked for", async () => {
      const lab = guide(connection, '"registry": "REGISTRY", "build": { "labels": false }');
      await lab.build("all");
      expect(await lab.labels("pytorch")).toEqual({});
      expect(await lab.states()).toEqual({ base: "stale: unknown", pytorch: "stale: unknown" });
      const id = await lab.id("pytorch");
      expect((await lab.build("all")).outcomes).toEqual({ base: "built", pytorch: "built" });
      expect(await lab.id("pytorch")).toBe(id);
    });

    test("the digest of a base that the host has, and of one that the builder fetches", async () => {
      const registry = await startRegistry();
      try {
        const base = `${registry.host}/outside/base:1`;
        await makeImage(base);
        const { outcome } = await pushed(push(connection, base, { credentials: noCredentials }));
        if (!outcome.ok) throw new Error(outcome.what);
        const lab = guide(connection);
        const label = async () => (await lab.labels("base"))[`${oci}.base.digest`];
        lab.write("base/Dockerfile", `FROM ${base}\nCOPY a.txt /\n`);
        await lab.build(["base"]);
        expect(await label()).toBe(outcome.digest);
        await connection.docker.getImage(base).remove();
        lab.write("base/Dockerfile", `FROM ${base}\nCOPY a.txt /b\n`);
        await lab.build(["base"]);
        expect(await label()).toBe(outcome.digest);
      } finally {
        await registry.stop();
      }
    });

    test("CUDA, where the base is known by its name", async () => {
      const lab = guide(connection, '"registry": "REGISTRY"');
      const cuda = "nvidia/cuda:12.2.2-base-ubuntu22.04";
      await connection.docker
        .getImage(BUSYBOX_BASE)
        .tag({ repo: "nvidia/cuda", tag: cuda.split(":")[1] ?? "" });
      try {
        lab.write("base/Dockerfile", `FROM ${cuda}\nRUN echo base > /base\n`);
        await lab.build("all");
        expect(await lab.labels("pytorch")).toMatchObject({ "lab-images.cuda": "12.2.2" });
      } finally {
        await connection.docker.getImage(cuda).remove();
      }
    });
  });

  // The builder is the real one; that the daemon has no other is what the proxy makes of it.
  describe.skipIf(daemonRelease)("with the classic builder", () => {
    let proxy: SocketProxy;
    let connection: Connection;
    beforeAll(async () => {
      proxy = await startSocketProxy(socket, { unknown: /^POST \/session/ });
      connection = socketConnection(proxy.socket);
    });
    afterAll(() => proxy.stop());

    test("a change at the end takes its steps from the cache, and the same gives the same image", async () => {
      const lab = guide(connection);
      await lab.build("all");
      const [base, pytorch] = [await lab.id("base"), await lab.id("pytorch")];
      expect((await lab.build("all")).outcomes).toEqual({ base: "current", pytorch: "current" });
      await lab.build("all", { force: true });
      expect([await lab.id("base"), await lab.id("pytorch")]).toEqual([base, pytorch]);
      const dockerfile = readFileSync(join(lab.root, "base/Dockerfile"), "utf8");
      lab.write("base/Dockerfile", `${dockerfile}RUN echo more > /more\n`);
      const { results } = await lab.build(["base"]);
      const outcome = results.get("base");
      if (outcome?.kind !== "built") throw new Error(`base is ${outcome?.kind}`);
      const cached = outcome.result.steps.filter(({ state }) => state === "cached");
      expect(cached.map(({ name }) => name)).toEqual([
        expect.stringContaining("RUN echo base"),
        expect.stringContaining("COPY a.txt"),
      ]);
    });
  });
});
