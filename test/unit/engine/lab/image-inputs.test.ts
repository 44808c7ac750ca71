import {
  chmodSync,
  linkSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BuildRequest } from "../../../../engine/build/build-request.ts";
import { FileDigests } from "../../../../engine/lab/file-digests.ts";
import { type ImageInputs, imageInputs } from "../../../../engine/lab/image-inputs.ts";

describe("what goes into an image", () => {
  let folder: string;
  const digests = new FileDigests();
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "lab-inputs-"));
    await write("src/train.py", "print(1)\n");
    await write("src/model/net.py", "net\n");
    await write("data/big.bin", "big\n");
    await write("requirements.txt", "torch\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const requestOf = (more: Partial<BuildRequest>): BuildRequest => ({
    ...{ context: folder, dockerfile: join(folder, "Dockerfile"), tags: [] },
    ...more,
  });
  const inputs = (
    text: string,
    more: Partial<BuildRequest> = {},
    isTriggered = false,
  ): Promise<ImageInputs> => imageInputs({ request: requestOf(more), text, isTriggered }, digests);
  /** Which parts a change makes others. */
  async function changed(text: string, change: () => unknown, after = text): Promise<string[]> {
    const before = await inputs(text);
    await change();
    const now = await inputs(after);
    return (["dockerfile", "files", "arguments"] as const).filter((part) => before[part] !== now[part]);
  }
  const copy = "FROM base\nCOPY src /src\n";

  test("a file that is copied counts by its content, its name, its mode and where a link leads", async () => {
    expect(await changed(copy, () => write("src/train.py", "print(2)\n"))).toEqual(["files"]);
    expect(await changed(copy, () => write("src/model/more.py", ""))).toEqual(["files"]);
    expect(await changed(copy, () => unlinkSync(join(folder, "src/model/more.py")))).toEqual(["files"]);
    expect(await changed(copy, () => chmodSync(join(folder, "src/train.py"), 0o755))).toEqual(["files"]);
    expect(await changed(copy, () => symlinkSync("train.py", join(folder, "src/link")))).toEqual(["files"]);
  });

  test("a file of the same length and times is read anew", async () => {
    const time = new Date("2021-02-03T04:05:06Z");
    utimesSync(join(folder, "src/train.py"), time, time);
    const change = async () => {
      await write("src/train.py", "print(9)\n");
      utimesSync(join(folder, "src/train.py"), time, time);
    };
    expect(await changed(copy, change)).toEqual(["files"]);
  });

  test("times, hard links, ignored files and what nothing copies do not count", async () => {
    expect(await changed(copy, () => utimesSync(join(folder, "src/train.py"), 1, 1))).toEqual([]);
    expect(
      await changed(copy, () => linkSync(join(folder, "src/train.py"), join(folder, "data/same"))),
    ).toEqual([]);
    expect(await changed(copy, () => write("data/big.bin", "bigger\n"))).toEqual([]);
    await write(".dockerignore", "**/model\n");
    expect(await changed(copy, () => write("src/model/net.py", "other\n"))).toEqual([]);
    expect(await changed(copy, () => write(".dockerignore", "# all\n"))).toEqual(["files"]);
    await write("Dockerfile.dockerignore", "src/model\n");
    expect(await changed(copy, () => write("src/model/net.py", "once more\n"))).toEqual([]);
  });

  test.each<[string, string]>([
    ["a pattern", "FROM base\nCOPY *.txt /\n"],
    [
      "a bind mount",
      "FROM base\nRUN --mount=type=bind,source=requirements.txt,target=/r pip install -r /r\n",
    ],
    ["all of it by a bind mount", "FROM base\nRUN --mount=target=/ctx ls /ctx\n"],
    ["an argument", "ARG FILE=requirements.txt\nFROM base\nARG FILE\nCOPY ${FILE} /\n"],
    ["what cannot be known", "FROM base\nARG FILE\nCOPY ${FILE} /\n"],
  ])("files are found by %s", async (_, text) => {
    expect(await changed(text, () => write("requirements.txt", "jax\n"))).toEqual(["files"]);
  });

  test("with triggers in a base of the lab, any file may be copied", async () => {
    const before = await inputs("FROM base\n", {}, true);
    await write("requirements.txt", "jax\n");
    expect((await inputs("FROM base\n", {}, true)).files).not.toBe(before.files);
  });

  test("a folder that cannot be copied from because it is not there gives no files", async () => {
    expect((await inputs("FROM base\nCOPY nowhere /\n")).files).toBe((await inputs("FROM base\n")).files);
  });

  const script = "FROM base\n# why\nRUN apt-get update \\\n    && apt-get install -y git\nENV A=b\n";
  test.each<[string, string, string[]]>([
    ["a comment", script.replace("# why", "# because"), []],
    ["a comment in an instruction", script.replace("\\\n", "\\\n  # and\n"), []],
    ["empty lines", script.replace("ENV", "\n\nENV"), []],
    ["CRLF", script.replaceAll("\n", "\r\n"), []],
    ["a keyword's case", script.replace("ENV", "env"), []],
    ["an instruction's words", script.replace("git", "vim"), ["dockerfile"]],
    ["an order", "FROM base\nENV A=b\nRUN apt-get update && apt-get install -y git\n", ["dockerfile"]],
    ["a directive", `# syntax=docker/dockerfile:1\n${script}`, ["dockerfile"]],
  ])("of the Dockerfile, %s", async (_, after, parts) => {
    expect(await changed(script, () => {}, after)).toEqual(parts);
  });

  test("a here-document's comments are its content", async () => {
    const heredoc = "FROM base\nCOPY <<EOF /a\n# one\nEOF\n";
    expect(await changed(heredoc, () => {}, heredoc.replace("one", "two"))).toEqual(["dockerfile"]);
  });

  test("arguments count where they are declared, and so do settings and labels", async () => {
    const text = "ARG A\nFROM base\nARG B\n";
    const of = async (more: Partial<BuildRequest>) => (await inputs(text, more)).arguments;
    const args = (...pairs: [string, string][]) => ({ args: new Map(pairs) });
    const plain = await of({});
    expect(await of(args(["C", "1"]))).toBe(plain);
    expect(await of(args(["A", "1"]))).not.toBe(plain);
    expect(await of(args(["A", "1"], ["B", "2"]))).toBe(await of(args(["B", "2"], ["A", "1"])));
    const others = [{ target: "x" }, { platform: "linux/arm64" }, { network: "host" }];
    const more = [{ extraHosts: ["a:1.2.3.4"] }, { labels: new Map([["a", "b"]]) }];
    const all = await Promise.all([...others, ...more].map(of));
    expect(new Set([plain, ...all]).size).toBe(6);
    // Of these no image knows.
    const unseen = { pull: true, noCache: true, cacheFrom: ["x"], tags: ["a:b"] };
    expect(await of(unseen)).toBe(plain);
  });

  test("bases are the images that it builds on, copies from and mounts, as named contexts call them", async () => {
    const text = `FROM one AS build
COPY --from=two /a /
COPY --from=build /b /
RUN --mount=type=bind,from=three,target=/m ls /m
FROM build
`;
    expect((await inputs(text)).bases).toEqual(["one", "two", "three"]);
    const namedContexts = new Map([["two", "docker-image://registry/two:1"]]);
    expect((await inputs(text, { namedContexts })).bases).toEqual(["one", "registry/two:1", "three"]);
    await write("named/a", "a\n");
    const local = { namedContexts: new Map([["two", join(folder, "named")]]) };
    const before = await inputs(text, local);
    await write("named/a", "b\n");
    expect((await inputs(text, local)).files).not.toBe(before.files);
  });

  test("a named context in the place of a stage counts", async () => {
    const text = "FROM one AS Build\nRUN make\nFROM two\nCOPY --from=build /out /\n";
    await write("built/out", "1\n");
    const local = { namedContexts: new Map([["build", join(folder, "built")]]) };
    const before = await inputs(text, local);
    await write("built/out", "2\n");
    expect((await inputs(text, local)).files).not.toBe(before.files);
    const image = { namedContexts: new Map([["build", "docker-image://built:1"]]) };
    expect((await inputs(text, image)).bases).toContain("built:1");
  });

  test("an ignore file counts as BuildKit reads it, and one that cannot be read is told", async () => {
    await write(".dockerignore", "\uFEFF# see [docs\nsrc/model\n");
    expect(await changed(copy, () => write("src/model/net.py", "other\n"))).toEqual([]);
    await mkdir(join(folder, "Dockerfile.dockerignore"));
    await expect(inputs(copy)).rejects.toMatchObject({
      details: { cause: "request", what: expect.stringContaining("Dockerfile.dockerignore cannot be read") },
    });
  });

  test("a look that is cancelled ends", async () => {
    const build = { request: requestOf({}), text: copy, isTriggered: false };
    const looking = imageInputs(build, digests, AbortSignal.abort());
    await expect(looking).rejects.toMatchObject({ details: { cause: "cancelled" } });
  });
});
