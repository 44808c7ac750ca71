import { expect, test } from "vitest";
import { BuildResults, textDigest } from "../../../../client/builds/build-results.ts";
import { BuildRuns } from "../../../../client/builds/build-runs.ts";
import type { Memory } from "../../../../client/builds/memory.ts";
import type { ImageOutcome } from "../../../../engine/lab/lab-build-event.ts";
import { KeptMemory } from "./kept-memory.ts";
import { Channel, failure, finished, host, planned, result } from "./lab-events.ts";

const text = "FROM busybox\nRUN exit 3\n";

async function build(memory: Memory, name: string, outcome: ImageOutcome): Promise<void> {
  const runs = new BuildRuns();
  const results = new BuildResults(memory, runs);
  const channel = new Channel();
  const image = planned(name);
  const unsaved = new Map([[image.dockerfile, text]]);
  const asked = [image.dockerfile];
  const again = { kind: "image", path: image.dockerfile, wish: { pushes: false } } as const;
  const run = runs.start({ title: name, host, pushes: false, asked, unsaved, again }, () => channel);
  await channel.give({ kind: "planned", images: [image] }, { kind: "image-started", image: name });
  await channel.give(finished(name, outcome), { kind: "finished", outcomes: new Map() });
  await run.result;
  results.dispose();
}

function afterReload(memory: Memory): BuildResults {
  return new BuildResults(memory, new BuildRuns());
}

test("what came of an image is known after a reload: its end, digest, failure and text", async () => {
  const memory = new KeptMemory();
  await build(memory, "base", { kind: "built", result, digests: ["sha256:2"] });
  await build(memory, "jax", { kind: "build-failed", failure });
  const results = afterReload(memory);
  const reference = planned("base").reference;
  expect(results.of("/lab/base/Dockerfile", host.url)).toMatchObject({
    reference,
    end: "pushed",
    digest: "sha256:2",
  });
  const failed = results.of("/lab/jax/Dockerfile", host.url);
  expect(failed?.end).toBe("failed");
  expect(failed?.text).toBe(textDigest(text));
  expect(failed?.failure).toEqual({
    cause: "dockerfile",
    what: failure.what,
    lines: { start: 3, end: 3 },
    exitCode: 3,
    output: ["far"],
  });
  expect(results.of("/lab/jax/Dockerfile", "ssh://other")).toBeUndefined();
});

test("a later build replaces what was known", async () => {
  const memory = new KeptMemory();
  await build(memory, "base", { kind: "build-failed", failure });
  await build(memory, "base", { kind: "built", result, digests: [] });
  const latest = afterReload(memory).latest();
  expect(latest.map(({ end, failure: kept }) => [end, kept])).toEqual([["built", undefined]]);
});

test("what was pushed stays known when a later build fails", async () => {
  const memory = new KeptMemory();
  await build(memory, "base", { kind: "built", result, digests: ["sha256:2"] });
  await build(memory, "base", { kind: "build-failed", failure });
  expect(afterReload(memory).latest()).toMatchObject([{ end: "failed", digest: "sha256:2" }]);
});

test("of a long failure its beginning is kept, and the last lines", async () => {
  const memory = new KeptMemory();
  const output = Array.from({ length: 200 }, (_, line) => `${line} ${"x".repeat(5000)}`);
  await build(memory, "base", {
    kind: "build-failed",
    failure: { ...failure, said: "y".repeat(1e6), output },
  });
  const [record] = afterReload(memory).latest();
  expect(record?.failure?.output?.map((line) => line.split(" ")[0])).toEqual([
    "195",
    "196",
    "197",
    "198",
    "199",
  ]);
  expect(JSON.stringify(memory.kept).length).toBeLessThan(4000);
});

test("the oldest of many are forgotten", async () => {
  const memory = new KeptMemory();
  for (let index = 0; index < 105; index++)
    await build(memory, `image${index}`, { kind: "built", result, digests: [] });
  const latest = afterReload(memory).latest();
  expect(latest).toHaveLength(100);
  expect(latest[0]?.dockerfile).toBe("/lab/image5/Dockerfile");
});

test("what is no record of this version is left alone", () => {
  const memory = new KeptMemory();
  for (const kept of [{}, "x", [null, 1, { dockerfile: 3 }]]) {
    memory.kept = { "labImages.builds": JSON.stringify(kept) };
    expect(afterReload(memory).latest()).toEqual([]);
  }
});
