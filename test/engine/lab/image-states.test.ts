import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { LabOnBed } from "./lab-on-bed.ts";

describe.skipIf(!daemonSocket)("what is stale", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const labs: LabOnBed[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  /** The guide's two images, small. */
  function guide(files: Readonly<Record<string, string>> = {}): LabOnBed {
    const lab = new LabOnBed(connection, {
      "lab-images.json": `{
        "registry": "REGISTRY",
        "images": {
          "base": { "tag": "ssh", "args": { "BASE_IMG": "${BUSYBOX_BASE}", "WORD": "lab" } },
          "pytorch": { "args": { "BASE_IMG": "\${image:base}" } }
        }
      }`,
      "base/Dockerfile": `# The lab's base.
ARG BASE_IMG
FROM \${BASE_IMG}
ARG WORD
RUN echo "$WORD" \\
    > /word
COPY tools /tools
`,
      "base/tools/train.sh": "#!/bin/sh\n",
      "base/tools/notes.md": "notes\n",
      "base/.dockerignore": "**/*.md\n",
      "base/data/big.bin": "not copied\n",
      "pytorch/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN echo torch > /torch\n",
      ...files,
    });
    labs.push(lab);
    return lab;
  }

  const built = { base: "current", pytorch: "current" };

  test("nothing is built, then all of it is", async () => {
    const lab = guide();
    expect(await lab.states()).toEqual({ base: "not-built", pytorch: "not-built" });
    expect((await lab.build(["pytorch"])).outcomes).toEqual({ base: "built", pytorch: "built" });
    expect(await lab.states()).toEqual(built);
    expect(await lab.state("base")).toMatchObject({
      reference: `${lab.registry}/base:ssh`,
      dockerfile: join(lab.root, "base/Dockerfile"),
      image: { id: await lab.id("base"), names: [`${lab.registry}/base:ssh`] },
      pushed: undefined,
    });
  });

  test("each change makes stale what it reaches, and says by what", async () => {
    const lab = guide();
    await lab.build("all");
    const dockerfile = readFileSync(join(lab.root, "base/Dockerfile"), "utf8");
    const manifest = readFileSync(join(lab.root, "lab-images.json"), "utf8");

    lab.write("base/Dockerfile", dockerfile.replace("/word", "/words"));
    expect(await lab.states()).toEqual({ base: "stale: dockerfile", pytorch: "stale: base" });
    lab.write("base/Dockerfile", dockerfile);
    expect(await lab.states()).toEqual(built);

    lab.write("base/tools/train.sh", "#!/bin/sh\n# another\n");
    expect(await lab.states()).toEqual({ base: "stale: files", pytorch: "stale: base" });
    lab.write("base/tools/train.sh", "#!/bin/sh\n");
    expect(await lab.states()).toEqual(built);

    lab.write("base/tools/more.sh", "");
    expect(await lab.states()).toMatchObject({ base: "stale: files" });
    lab.write("base/.dockerignore", "**/*.md\n**/more.sh\n");
    expect(await lab.states()).toEqual(built);

    lab.write("lab-images.json", manifest.replace('"WORD": "lab"', '"WORD": "other"'));
    expect(await lab.states()).toEqual({ base: "stale: arguments", pytorch: "stale: base" });
    lab.write(
      "lab-images.json",
      manifest.replace('"registry"', '"build": { "network": "none" }, "registry"'),
    );
    expect(await lab.states()).toEqual({ base: "stale: arguments", pytorch: "stale: arguments, base" });
  });

  test("what no image shows is no reason: times, comments, line breaks, ignored files, others, unknown arguments", async () => {
    const lab = guide();
    await lab.build("all");
    utimesSync(join(lab.root, "base/tools/train.sh"), new Date(), new Date());
    lab.write("base/tools/notes.md", "other notes\n");
    lab.write("base/data/big.bin", "other data\n");
    lab.write(
      "base/Dockerfile",
      '# Another comment.\nARG BASE_IMG\nFROM ${BASE_IMG}\n\n# and one more\nARG WORD\nrun echo "$WORD"     > /word\nCOPY tools /tools',
    );
    const manifest = readFileSync(join(lab.root, "lab-images.json"), "utf8");
    lab.write("lab-images.json", manifest.replace('"WORD":', '"UNUSED": "1", "WORD":'));
    expect(await lab.states()).toEqual(built);
    expect((await lab.build("all")).outcomes).toEqual(built);
  });

  test("a folder of images needs no manifest", async () => {
    const lab = new LabOnBed(connection, {});
    labs.push(lab);
    const name = lab.registry;
    lab.write(`${name}/Dockerfile`, `FROM ${BUSYBOX_BASE}\nCOPY a.txt /\n`);
    lab.write(`${name}/a.txt`, "a\n");
    await lab.build([name]);
    expect(await lab.states()).toEqual({ [name]: "current" });
    lab.write(`${name}/a.txt`, "b\n");
    expect(await lab.states()).toEqual({ [name]: "stale: files" });
  });

  test("what triggers of a base of the lab copy counts", async () => {
    const lab = guide();
    const dockerfile = readFileSync(join(lab.root, "base/Dockerfile"), "utf8");
    lab.write("base/Dockerfile", `${dockerfile}ONBUILD COPY . /job\n`);
    lab.write("pytorch/job.py", "print(1)\n");
    await lab.build("all");
    expect(await lab.states()).toEqual(built);
    lab.write("pytorch/job.py", "print(2)\n");
    expect(await lab.states()).toEqual({ base: "current", pytorch: "stale: files" });
  });

  test("an editor's unsaved text counts", async () => {
    const lab = guide();
    await lab.build("all");
    const path = join(lab.root, "base/Dockerfile");
    const unsaved = new Map([[path, `${readFileSync(path, "utf8")}RUN echo unsaved > /unsaved\n`]]);
    const { events, outcomes } = await lab.build(["base"], { unsaved });
    expect(outcomes).toEqual({ base: "built" });
    expect(events[0]).toMatchObject({ images: [{ name: "base", reasons: ["dockerfile"] }] });
    expect(await lab.states()).toEqual({ base: "stale: dockerfile", pytorch: "stale: base" });
    writeFileSync(path, unsaved.get(path)!);
    expect(await lab.states()).toEqual({ base: "current", pytorch: "stale: base" });
  });

  test("a base that another one built makes stale what builds on it", async () => {
    const lab = guide();
    await lab.build("all");
    await lab.build(["base"], { force: true, asked: { noCache: true } });
    expect(await lab.states()).toEqual({ base: "current", pytorch: "stale: base" });
  });

  test("so does another image under the name of a base that is not the lab's", async () => {
    const lab = guide();
    const outside = `${lab.registry}/outside`;
    const { docker } = connection;
    await docker.getImage(BUSYBOX_BASE).tag({ repo: outside, tag: "1" });
    lab.write("lab-images.json", `{ "images": { "base": { "args": { "BASE_IMG": "${outside}:1" } } } }`);
    await lab.build(["base"]);
    await docker.getImage(lab.reference("base")).tag({ repo: outside, tag: "1" });
    expect(await lab.states()).toMatchObject({ base: "stale: base" });
    // Gone from the host, it tells nothing.
    await docker.getImage(`${outside}:1`).remove();
    expect(await lab.states()).toMatchObject({ base: "current" });
  });

  test("an image that docker built itself is not known, also where it inherits a label", async () => {
    const lab = guide();
    await lab.build(["base"]);
    const docker = dockerClient(daemonSocket ?? "");
    const { Id } = await docker.image(lab.reference("base"));
    await connection.docker.getImage(Id).tag({ repo: lab.reference("pytorch"), tag: "latest" });
    expect(await lab.states()).toEqual({ base: "current", pytorch: "stale: unknown" });
  });

  test("what cannot be built says why, and the others are told", async () => {
    const lab = guide({
      "lab-images.json": `{
        "registry": "REGISTRY",
        "images": {
          "base": { "tag": "ssh", "args": { "BASE_IMG": "${BUSYBOX_BASE}", "WORD": "lab" } },
          "pytorch": { "args": { "BASE_IMG": "\${image:bose}" } },
          "empty": {},
          "on-empty": { "args": { "BASE_IMG": "\${image:empty}" } },
          "left": { "args": { "BASE_IMG": "\${image:right}" } },
          "right": { "args": { "BASE_IMG": "\${image:left}" } }
        }
      }`,
      "on-empty/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
      "left/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
      "right/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
    });
    expect(await lab.states()).toEqual({
      base: "not-built",
      pytorch: "blocked",
      empty: "blocked",
      "on-empty": "blocked",
      left: "blocked",
      right: "blocked",
    });
    const whatOf = async (name: string) => (await lab.state(name)).failure?.what;
    expect(await whatOf("pytorch")).toBe(
      "pytorch builds on ${image:bose}, and there is no image bose in this lab",
    );
    expect((await lab.state("pytorch")).failure?.next).toBe("Write ${image:base}");
    expect(await whatOf("empty")).toBe("there is no Dockerfile in the folder empty");
    expect(await whatOf("on-empty")).toBe(
      "on-empty builds on empty, which cannot be built: there is no Dockerfile in the folder empty",
    );
    expect(await whatOf("right")).toMatch(
      /^right builds on itself \((left → right → left|right → left → right)\)$/,
    );
    expect((await lab.build("all")).outcomes).toEqual({ base: "built" });
  });
});
