import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IgnoreFile } from "../../../core/context/ignore-file.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { runBuild } from "./run-build.ts";

const files = [
  ...["a", "b.txt", "ab", "data/a", "data/b.txt", "data/raw/a.bin", "data/raw/deep/b.txt", "data2/a"],
  ...["src/a.py", "src/a.pyc", "src/data/a", "src/.hidden/a", ".git/config", "x/y/z/a", "x/y/a", "x/a.txt"],
];

const parts = [
  "a",
  "b.txt",
  "data",
  "raw",
  "src",
  "x",
  "y",
  ".git",
  "*",
  "**",
  "?",
  "*.txt",
  "[ab]*",
  "d*",
  ".*",
];

const pattern = fc
  .tuple(
    fc.constantFrom("", "", "!", "!"),
    fc.constantFrom("", "", "/", "./"),
    fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 3 }),
    fc.constantFrom("", "", "/"),
  )
  .map(([not, before, names, after]) => `${not}${before}${names.join("/")}${after}`);

/** How many ignore files are tried; a build each. */
const runs = 15;

describe.skipIf(!daemonSocket)("what a build receives under an ignore file", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const docker = dockerClient(daemonSocket ?? "");
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-ignore-"));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), file);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is what core says of it", { timeout: 180_000 }, async () => {
    const ignoreFiles = fc.sample(fc.array(pattern, { minLength: 1, maxLength: 5 }), {
      numRuns: runs,
      seed: 5,
    });
    for (const lines of ignoreFiles) {
      const text = lines.join("\n");
      writeFileSync(join(folder, ".dockerignore"), text);
      const { image, error } = await runBuild(connection, {
        context: folder,
        dockerfile: join(folder, "Dockerfile"),
        dockerfileText: `FROM ${BUSYBOX_BASE}\nCOPY . /ctx/\n`,
        tags: [],
      });
      expect(error, text).toBeUndefined();
      const found = (await docker.run(image!, ["find", "/ctx", "-type", "f"])).stdout;
      const received = found.split("\n").map((path) => path.replace("/ctx/", ""));
      const ignore = new IgnoreFile(text);
      const kept = files.filter((file) => !ignore.decide(file).ignored);
      expect(received.filter((path) => files.includes(path)).sort(), text).toEqual(kept.sort());
    }
  });
});
