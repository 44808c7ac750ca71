import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { noLab } from "../../core/lab/lab-image.ts";
import { allRules } from "../../server/rules/all-rules.ts";
import type { Rule } from "../../server/rules/rule.ts";
import { dockerClient } from "../bed/docker-api.mjs";
import { findings, fixed } from "../unit/rules/check-rule.ts";
import { type ProofCase, pythonPackages, rulesAboutBytes } from "./cases.ts";
import { basesOf, type Example, fixableExamples } from "./examples.ts";
import { makeBases } from "./images.ts";
import { servePythonIndex } from "./python-index.ts";
import { differences, type Snapshot, snapshot } from "./snapshot.ts";
import { proofTable, type Row } from "./table.ts";

/** Given by `test/suites/proof-suite.mjs`, which starts the daemon: `npm test -- proof`. */
const socket = process.env.LAB_IMAGES_PROOF_SOCKET;

/** apt's logs name the command that was run: by so many bytes may two images with the same files differ. */
const NOISE = 1_024;

/** In the rules' order, each as it is before it is built. */
const rows: Row[] = [];

describe.skipIf(!socket)("fixes, by building before and after", { timeout: 120_000 }, () => {
  const docker = dockerClient(socket ?? "");
  let index: Awaited<ReturnType<typeof servePythonIndex>>;
  /** Tags of the test. */
  const built: string[] = [];

  beforeAll(async () => {
    index = await servePythonIndex(pythonPackages);
    await makeBases(docker, index.url);
  }, 300_000);

  // One after the other: before and after may be one image, which the daemon fails to delete twice at once.
  afterEach(async () => {
    for (const tag of built.splice(0)) await docker.remove(tag);
  });

  afterAll(async () => {
    await index?.close();
    const table = proofTable(rows);
    console.log(`\n${table}\n`);
    mkdirSync("out/artefacts", { recursive: true });
    writeFileSync("out/artefacts/proof.md", `${table}\n`);
  });

  /** What the Dockerfile makes, with the bytes on top of its base; or why it makes nothing. */
  async function build(
    tag: string,
    dockerfile: string,
    { files }: Pick<ProofCase, "files">,
  ): Promise<Snapshot | string> {
    const result = await docker.build(dockerfile, { tag, files: files ?? {} });
    if (!result.ok) return result.error;
    const seen = await snapshot(docker, tag);
    const base = await docker.history(basesOf(dockerfile).at(-1) ?? "");
    built.push(tag);
    return { ...seen, bytes: seen.bytes - base.reduce((sum, { Size }) => sum + Size, 0) };
  }

  for (const rule of allRules) {
    for (const example of fixableExamples(rule)) {
      const { title, unproven } = example;
      const row: Row = { rule: rule.code, example: title };
      rows.push(row);
      if (unproven === undefined) test(`${rule.code}: ${title}`, () => prove(rule, example, row));
      else row.note = `cannot be built here: ${unproven}`;
    }
  }

  test("two images that differ are seen to", async () => {
    const from = "FROM ubuntu:22.04\n";
    const one = await build(
      "lab/proof:one",
      `${from}RUN echo 1 > /one && echo 1 > /both && touch /owned\n`,
      {},
    );
    const other = await build(
      "lab/proof:other",
      `${from}RUN echo 2 > /other && echo 2 > /both && touch /owned && chown 1 /owned && dpkg --purge tzdata\n`,
      {},
    );
    if (typeof one === "string" || typeof other === "string") expect.unreachable(`${one} ${other}`);
    const lines = differences(one, other).map((line) => line.split(":")[0]);
    expect(lines).toEqual(expect.arrayContaining(["- /one", "~ /both", "~ /owned", "+ /other"]));
    expect(lines).not.toContain("~ /etc/passwd");
    expect(one.packages.length - other.packages.length).toBe(1);
  });

  async function prove(rule: Rule, { bad, good, how }: Example, row: Row): Promise<void> {
    row.note = "FAILED";
    // What is built is what the rule makes of it, with small packages too.
    const lab = { ...noLab, values: rule.exampleLab ?? {} };
    expect(fixed(rule, bad, lab)).toBe(good);

    const [before, after] = await Promise.all([
      build("lab/proof:before", bad, how),
      build("lab/proof:after", good, how),
    ]);
    if (typeof after === "string") expect.unreachable(`does not build after the fix: ${after}`);
    row.after = after.bytes;
    if (typeof before === "string") {
      expect(before).toMatch(how.failsWith ?? "it was to build");
      row.note = "does not build before the fix";
      return;
    }
    row.before = before.bytes;
    const dropped = before.packages.filter((each) => !after.packages.includes(each));
    const severities = findings(rule, bad, lab).map(({ severity }) => severity);
    expect(how.failsWith, "the mistake was said to stop the build").toBeUndefined();
    expect(after.environment).toEqual(before.environment);
    expect(after.packages.filter((each) => !before.packages.includes(each))).toEqual([]);
    if (how.installs !== "less") {
      expect(dropped).toEqual([]);
      expect(differences(before, after)).toEqual([]);
    } else {
      expect(differences(before, after).filter((line) => line.startsWith("+"))).toEqual([]);
    }
    const saved = before.bytes - after.bytes;
    expect(saved, "the layers are larger after the fix").toBeGreaterThan(-NOISE);
    if (rulesAboutBytes.includes(rule.code) && saved < NOISE) {
      expect(["info", "hint"], "a fix that saves nothing is no warning").toEqual(
        expect.arrayContaining(severities),
      );
    }
    row.note = dropped.length > 0 ? `${dropped.length} packages fewer` : "";
  }
});

// Without a daemon too, so that an example that is added is not forgotten.
test("every fixable example is built, or it is told why not", () => {
  const untold = allRules.flatMap((rule) =>
    fixableExamples(rule)
      .filter(({ told }) => !told)
      .map(({ title }) => `${rule.code}: ${title}`),
  );
  expect(untold, "to be added to test/proof/cases.ts").toEqual([]);
});
