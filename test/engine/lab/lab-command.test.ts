import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { startRegistry } from "../../bed/registry.mjs";
import { type Outcome, useProgram } from "../../cli/program.ts";
import { daemonSocket, hasContainerdStore, socketConnection } from "../daemon.ts";
import { DockerHome } from "../registry/docker-home.ts";
import { LabOnBed } from "./lab-on-bed.ts";

describe.skipIf(!daemonSocket)("lab-images on the images of a lab", () => {
  const program = useProgram("real");
  const connection = socketConnection(daemonSocket ?? "");
  const host = { DOCKER_HOST: `unix://${daemonSocket}` };
  const labs: LabOnBed[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  function guide(registry?: string): LabOnBed {
    const lab = new LabOnBed(
      connection,
      {
        "lab-images.json": '{ "registry": "REGISTRY", "images": { "base": { "tag": "ssh" } } }',
        "base/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN echo base > /base\nCOPY a.txt /\n`,
        "base/a.txt": "a\n",
        "pytorch/Dockerfile": "FROM REGISTRY/base:ssh\nRUN echo torch > /torch\n",
        "jax/Dockerfile": "FROM REGISTRY/base:ssh\nRUN echo jax > /jax\n",
      },
      registry,
    );
    labs.push(lab);
    return lab;
  }
  const run = (lab: LabOnBed, ...args: string[]): Promise<Outcome> => program.run(lab.root, args, host);
  /** The cells of a table's lines, by the first of each. */
  const cells = (table: string): Record<string, string[]> =>
    Object.fromEntries(
      table
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ {2,}/))
        .map(([first = "", ...rest]) => [first, rest]),
    );

  test("an image and its stale base, in order, with a table at the end; then nothing is to be done", async () => {
    const lab = guide();
    const first = await run(lab, "build", "pytorch");
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/^base: not on the host yet\npytorch: not on the host yet\n/);
    expect(first.stderr).toMatch(/^base \| #\d+ \[2\/3\] RUN echo base > \/base$/m);
    const seconds = expect.stringMatching(/^\d+\.\ds$/);
    const size = expect.stringMatching(/^[\d.]+MB$/);
    expect(cells(first.stdout)).toEqual({
      IMAGE: ["TAG", "STATE", "TIME", "SIZE", "CACHED", "DIGEST"],
      base: [`${lab.registry}/base:ssh`, "built", seconds, size, expect.stringMatching(/^\d\/3$/), "-"],
      pytorch: [`${lab.registry}/pytorch`, "built", seconds, size, expect.stringMatching(/^\d\/2$/), "-"],
    });
    expect(await run(lab, "build", "pytorch")).toEqual({
      code: 0,
      stdout: "pytorch is up to date; --force builds it all the same\n",
      stderr: "",
    });
    const both = await run(lab, "build", "base/Dockerfile", "pytorch");
    expect(cells(both.stdout)).toMatchObject({
      base: [`${lab.registry}/base:ssh`, "up to date", "-", "-", "-", "-"],
      pytorch: [`${lab.registry}/pytorch`, "up to date", "-", "-", "-", "-"],
    });
  });

  test("--all builds what is stale, --force what is asked for", async () => {
    const lab = guide();
    await run(lab, "build", "--all");
    writeFileSync(join(lab.root, "base/a.txt"), "other\n");
    const { stderr, stdout, code } = await run(lab, "build", "--all");
    expect({ code, reasons: stderr.split("\n").slice(0, 3) }).toEqual({
      code: 0,
      reasons: ["base: files that it copies changed", "jax: its base changed", "pytorch: its base changed"],
    });
    expect(Object.keys(cells(stdout))).toEqual(expect.arrayContaining(["base", "jax", "pytorch"]));
    const id = await lab.id("jax");
    const forced = await run(lab, "build", "jax", "--force");
    expect(forced.stdout).toMatch(/^Built \S+\/jax .* 1 of 2 steps from the cache\n$/);
    expect(await lab.id("jax")).toBe(id);
  });

  test("a failure is shown with its lines, what builds on it is not begun, the rest is built", async () => {
    const lab = guide();
    lab.write("base/Dockerfile", `FROM ${BUSYBOX_BASE}\nRUN echo far && exit 3\n`);
    lab.write("tools/Dockerfile", `FROM ${BUSYBOX_BASE}\nRUN echo tools > /tools\n`);
    const { code, stdout, stderr } = await run(lab, "build", "jax", "tools");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^base: ERROR: “RUN echo far && exit 3” ended with exit code 3[\s\S]*^tools \| #/m,
    );
    expect(stderr).toContain("base/Dockerfile:2: error: ");
    expect(stderr).toContain("ERROR: “RUN echo far && exit 3” ended with exit code 3 (Dockerfile line 2).");
    expect(cells(stdout)).toMatchObject({
      base: [expect.anything(), "failed", "-", "-", "-", "-"],
      jax: [expect.anything(), "not built: no base", "-", "-", "-", "-"],
    });
    expect(stdout).toMatch(/^tools +\S+ +built /m);
  });

  test("JSON is one event of the lab's builds a line", async () => {
    const lab = guide();
    const { stdout, stderr } = await run(lab, "build", "pytorch", "--progress=json");
    expect(stderr).toBe("");
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      kind: "planned",
      images: [
        { name: "base", reasons: ["not-built"] },
        { name: "pytorch", bases: ["base"], reasons: ["not-built"] },
      ],
    });
    expect(events.at(-1)).toMatchObject({
      kind: "finished",
      outcomes: { base: { kind: "built" }, pytorch: { kind: "built" } },
    });
  });

  test("what cannot be built is told, and all else is built", async () => {
    const lab = guide();
    lab.write("lost/Dockerfile", "ARG BASE_IMG\nFROM ${BASE_IMG}\n");
    const manifest = readFileSync(join(lab.root, "lab-images.json"), "utf8");
    lab.write(
      "lab-images.json",
      manifest.replace('"images": {', '"images": { "lost": { "args": { "BASE_IMG": "${image:bose}" } },'),
    );
    const { code, stdout, stderr } = await run(lab, "build", "lost", "base");
    expect(code).toBe(2);
    expect(stderr).toContain(
      "lab-images: lost builds on ${image:bose}, and there is no image bose in this lab. Write ${image:base}.\n",
    );
    expect(stdout).toMatch(/^Built /);
    expect(await run(lab, "build", "bose")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean base?"),
    });
  });

  test("without a word it says what could be built", async () => {
    const lab = guide();
    expect(await run(lab, "build")).toMatchObject({
      code: 2,
      stdout: "",
      stderr:
        "lab-images: it is not said what to build. Name images (base, jax, pytorch), or build every one that is stale with --all.\n",
    });
  });

  test("built and pushed to a registry that wants a password, and pushed by name", async () => {
    const registry = await startRegistry({ users: { ada: "pw-of-ada" } });
    const home = new DockerHome();
    try {
      const auth = Buffer.from("ada:pw-of-ada").toString("base64");
      home.writeConfig({ auths: { [registry.host]: { auth } } });
      const env = { ...host, DOCKER_CONFIG: home.env.DOCKER_CONFIG ?? "" };
      const lab = guide(registry.host);
      const { code, stdout } = await program.run(lab.root, ["build", "pytorch", "--push"], env);
      expect(code).toBe(0);
      const digest = /^Pushed \S+\/pytorch@(sha256:[0-9a-f]{64})$/m.exec(stdout)?.[1] ?? "";
      // With containerd's image store it says nothing of a push, being the image's id.
      const { image, pushed } = await lab.state("pytorch");
      expect(hasContainerdStore ? image?.id : pushed).toBe(digest);
      expect(stdout).toMatch(new RegExp(`^pytorch .* built, pushed .* ${digest.slice(0, 19)}$`, "m"));
      const again = await program.run(lab.root, ["push", "pytorch"], env);
      expect(again).toMatchObject({ code: 0, stdout: `Pushed ${lab.registry}/pytorch:latest@${digest}\n` });
      expect(await program.run(lab.root, ["push", "pytroch"], env)).toMatchObject({
        code: 2,
        stderr: 'lab-images: there is no image of the lab called "pytroch". Did you mean pytorch?\n',
      });
      // Containerd's image store gives an image its digest with the build: that it was pushed is not known there.
      const state = hasContainerdStore ? /─ pytorch +up to date {2}/ : /─ pytorch +up to date, pushed /;
      expect((await run(lab, "graph", "--state")).stdout).toMatch(state);
    } finally {
      home.remove();
      await registry.stop();
    }
  });

  test("a script's image is built by one of its builds, has all names of it, and is pushed under those with a registry", async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const local = "named-by-a-script:here";
    const lab = new LabOnBed(
      connection,
      {
        build: `docker build --target tool -t ${local} -t REGISTRY/tool:1 -t REGISTRY/tool:latest tool
docker build --build-arg WORD=other -t REGISTRY/tool:other tool
`,
        "tool/Dockerfile": `FROM ${BUSYBOX_BASE} AS tool\nARG WORD=usual\nRUN test $WORD = usual\nFROM tool\nRUN exit 9\n`,
      },
      registry.host,
    );
    labs.push(lab);
    onTestFinished(async () => {
      for (const name of [local, `${lab.registry}/tool:latest`])
        await connection.docker
          .getImage(name)
          .remove()
          .catch(() => {});
    });
    const { code, stdout, stderr } = await run(lab, "build", "tool", "--push");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/build, line 2: .*which alone is taken/);
    expect([...stdout.matchAll(/^Pushed (.*)@/gm)].map(([, name]) => name)).toEqual([
      `${lab.registry}/tool:1`,
      `${lab.registry}/tool:latest`,
    ]);
    const { Id } = await connection.docker.getImage(local).inspect();
    expect(Id).toBe(await lab.id("tool"));
    expect((await run(lab, "build", "tool")).stdout).toMatch(/up to date/);
  });

  test("graph tells how each image stands on a host", async () => {
    const lab = guide();
    await run(lab, "build", "pytorch");
    writeFileSync(join(lab.root, "base/a.txt"), "other\n");
    const { code, stdout } = await run(lab, "graph", "--state");
    expect(code).toBe(0);
    const of = (name: string) => stdout.split("\n").find((line) => line.includes(`─ ${name}`)) ?? "";
    expect(of("base")).toMatch(/ base +stale: files that it copies changed +/);
    expect(of("jax")).toMatch(/ jax +not built /);
    expect(of("pytorch")).toMatch(/ pytorch +stale: its base changed /);
    const { stdout: json } = await run(lab, "graph", "--state", "--json");
    expect(JSON.parse(json).images).toMatchObject([
      { name: "base", state: "stale", reasons: ["files"], image: await lab.id("base") },
      { name: "jax", state: "not-built", reasons: [], image: null },
      { name: "pytorch", state: "stale", reasons: ["base"] },
    ]);
    const nowhere = await program.run(lab.root, ["graph", "--host", "unix:///nowhere.sock"], {});
    expect(nowhere).toMatchObject({ code: 3, stderr: expect.stringContaining("unix:///nowhere.sock") });
  });
});
