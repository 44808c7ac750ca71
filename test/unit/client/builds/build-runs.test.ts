import { expect, test } from "vitest";
import type { RunRequest } from "../../../../client/builds/build-run.ts";
import { BuildRuns } from "../../../../client/builds/build-runs.ts";
import { outcomeOfImage } from "../../../../client/builds/outcome-of-image.ts";
import { EngineFailure } from "../../../../engine/failure.ts";
import type { LabBuildEvent } from "../../../../engine/lab/lab-build-event.ts";
import { step } from "../../engine/progress/build-events.ts";
import { Channel, failure, finished, host, inBuild, inPush, layer, planned, result } from "./lab-events.ts";

const base = planned("base");
const pytorch = planned("pytorch", ["base"]);

function request(more: Partial<RunRequest> = {}): RunRequest {
  return {
    title: pytorch.reference,
    host,
    pushes: false,
    asked: [pytorch.dockerfile],
    unsaved: new Map(),
    again: { kind: "image", path: pytorch.dockerfile, wish: { pushes: false } },
    ...more,
  };
}

function start(more: Partial<RunRequest> = {}) {
  const runs = new BuildRuns();
  const channel = new Channel();
  const run = runs.start(request(more), () => channel);
  return { runs, channel, run };
}

const plan: LabBuildEvent = { kind: "planned", images: [base, pytorch] };
const built = { kind: "built", result, digests: [] } as const;

test("the images of a run go from waiting to what came of them, in order", async () => {
  const { channel, run } = start();
  const states = () => run.images.map(({ state }) => state);
  expect(run.isRunning).toBe(true);
  await channel.give(plan);
  expect(states()).toEqual(["waiting", "waiting"]);
  await channel.give({ kind: "image-started", image: "base" });
  expect(states()).toEqual(["building", "waiting"]);
  await channel.give(finished("base", built), { kind: "image-started", image: "pytorch" });
  expect(states()).toEqual(["built", "building"]);
  await channel.give(finished("pytorch", { kind: "build-failed", failure }));
  expect(states()).toEqual(["built", "failed"]);
  const outcomes = new Map([["base", built]]);
  await channel.give({ kind: "finished", outcomes });
  expect(await run.result).toBe(outcomes);
  expect(run.isRunning).toBe(false);
});

test("images that cannot be built are kept with the reason, beside those that are", async () => {
  const { channel, run } = start();
  const missing = { cause: "request", what: "there is no Dockerfile in the folder of jax" } as const;
  await channel.give({ kind: "blocked", image: "jax", failure: missing }, plan);
  expect(run.images.map(({ image }) => image.name)).toEqual(["base", "pytorch"]);
  expect([...run.blocked]).toEqual([["jax", missing]]);
});

test("an image tells the step that it is at", async () => {
  const { channel, run } = start();
  await channel.give(plan, { kind: "image-started", image: "base" });
  const [image] = run.images;
  await channel.give(
    inBuild("base", step("a", "[1/3] FROM busybox", "cached")),
    inBuild("base", step("b", "[2/3] RUN make", "running")),
    inBuild("base", step("c", "[3/3] RUN make install", "waiting")),
  );
  expect(image?.step?.name).toBe("[2/3] RUN make");
  expect(image?.stepCount).toEqual({ done: 1, total: 3 });
  await channel.give(inBuild("base", step("b", "[2/3] RUN make", "done")));
  expect(image?.step).toBeUndefined();
  expect(image?.stepCount).toEqual({ done: 2, total: 3 });
});

test("layers that the registry has already count as done", async () => {
  const { channel, run } = start({ pushes: true });
  await channel.give(plan, { kind: "image-started", image: "base" });
  const [image] = run.images;
  await channel.give(
    inPush("base", layer("1", "exists")),
    inPush("base", layer("2", "mounted", { from: "ada/other" })),
    inPush("base", layer("3", "pushing", { current: 5, total: 10 })),
  );
  expect(image?.state).toBe("pushing");
  expect(image?.pushed).toBe(base.reference);
  expect(image?.layerCount).toEqual({ done: 2, total: 3 });
  await channel.give(finished("base", { ...built, digests: ["sha256:2"] }));
  expect(image?.state).toBe("pushed");
});

test("listeners are told of changes, not of every line of output", async () => {
  const { runs, channel, run } = start();
  const changes: (string | undefined)[] = [];
  const events: string[] = [];
  runs.onDidChange(({ image }) => changes.push(image?.state));
  run.onDidTake(({ kind }) => events.push(kind));
  const output = { kind: "output", step: "a", stream: "stdout", time: 0, text: "hello\n" } as const;
  await channel.give(plan, { kind: "image-started", image: "base" }, inBuild("base", output));
  expect(changes).toEqual([undefined, "building"]);
  expect(events).toEqual(["planned", "image-started", "build"]);
});

test("cancelled, a run aborts its work and stays under way until that has ended", async () => {
  const runs = new BuildRuns();
  const channel = new Channel();
  let signal: AbortSignal | undefined;
  const run = runs.start(request(), (given) => {
    signal = given;
    return channel;
  });
  await channel.give(plan, { kind: "image-started", image: "base" });
  run.cancel();
  expect(signal?.aborted).toBe(true);
  expect(run.isCancelled).toBe(true);
  expect(runs.running).toEqual([run]);
  const cancelled = { ...failure, cause: "cancelled" } as const;
  await channel.give(
    finished("base", { kind: "build-failed", failure: cancelled }),
    finished("pytorch", { kind: "skipped", base: "base" }),
    { kind: "finished", outcomes: new Map() },
  );
  await run.result;
  expect(run.images.map(({ state }) => state)).toEqual(["cancelled", "skipped"]);
  expect(runs.running).toEqual([]);
});

test("a run that cannot begin gives the reason, and is no longer under way", async () => {
  const { runs, channel, run } = start();
  const ended: unknown[] = [];
  runs.onDidEnd((each) => ended.push(each));
  channel.break(new Error("no daemon"));
  await expect(run.result).rejects.toThrow("no daemon");
  expect(run.failure).toEqual(new Error("no daemon"));
  expect(runs.running).toEqual([]);
  expect(ended).toEqual([run]);
});

test("an image that was begun has an outcome when its run breaks off", async () => {
  const { runs, channel, run } = start();
  const changes: (string | undefined)[] = [];
  await channel.give(plan, { kind: "image-started", image: "base" });
  runs.onDidChange(({ image }) => changes.push(image?.state));
  channel.break(new EngineFailure({ cause: "connection-lost", what: "the host went away" }));
  await expect(run.result).rejects.toThrow("the host went away");
  expect(changes).toEqual(["failed", undefined]);
  expect(run.images.map(({ isWorking }) => isWorking)).toEqual([false, false]);
  expect(run.images[0]?.outcome).toMatchObject({
    kind: "build-failed",
    failure: { cause: "connection-lost", what: "the host went away" },
  });
});

test("an image that was begun is cancelled when its run ends without a word of it", async () => {
  const { channel, run } = start();
  await channel.give(plan, { kind: "image-started", image: "base" });
  run.cancel();
  await channel.give({ kind: "finished", outcomes: new Map() });
  await run.result;
  expect(run.images.map(({ state }) => state)).toEqual(["cancelled", "waiting"]);
});

test("what a run still has to build is held against a second one", async () => {
  const { channel, run } = start();
  expect(run.holds(pytorch.dockerfile)).toBe(true);
  expect(run.holds(base.dockerfile)).toBe(false);
  await channel.give(plan, { kind: "image-started", image: "base" });
  expect(run.holds(base.dockerfile)).toBe(true);
  await channel.give(finished("base", built));
  expect(run.holds(base.dockerfile)).toBe(false);
  expect(run.holds(pytorch.dockerfile)).toBe(true);
});

test("the last run that came to an image is known, for each host", async () => {
  const { runs, channel, run } = start();
  await channel.give(plan, { kind: "image-started", image: "base" });
  expect(runs.latest(base.dockerfile, host.url)).toEqual({ run, image: run.images[0] });
  expect(runs.latest(base.dockerfile, "ssh://other")).toBeUndefined();
  await channel.give(finished("pytorch", { kind: "current" }));
  expect(runs.latest(pytorch.dockerfile, host.url)).toBeUndefined();
  expect(runs.runningOn(host.url)).toEqual([run]);
  expect(runs.runningOn("ssh://other")).toEqual([]);
});

test("an editor's text is what an image is built from where it is not saved", async () => {
  const { channel, run } = start({ unsaved: new Map([[base.dockerfile, "FROM scratch\n"]]) });
  await channel.give(plan, { kind: "image-started", image: "base" });
  expect(run.images.map(({ text, unsaved }) => [text, unsaved])).toEqual([
    ["FROM scratch\n", true],
    [undefined, false],
  ]);
});

test("an image whose base came to nothing has its base's failure; one that could not be pushed fails", () => {
  const outcomes = new Map([
    ["base", { kind: "build-failed", failure }],
    ["pytorch", { kind: "skipped", base: "base" }],
    ["jax", { kind: "push-failed", result, failure: { cause: "registry-auth", what: "denied" } }],
    ["left", { kind: "skipped", base: undefined }],
  ] as const);
  expect(outcomeOfImage("pytorch", outcomes)).toBe(failure);
  expect(outcomeOfImage("jax", outcomes)).toMatchObject({ ok: false, cause: "registry-auth" });
  expect(outcomeOfImage("left", outcomes)).toMatchObject({ ok: false, cause: "cancelled" });
});

test("the run that came last to an image is found, whatever was built since", async () => {
  const runs = new BuildRuns();
  const begin = async (url: string, image: typeof base) => {
    const channel = new Channel();
    const run = runs.start(request({ host: { ...host, url } }), () => channel);
    await channel.give({ kind: "planned", images: [image] }, { kind: "image-started", image: image.name });
    await channel.give(finished(image.name, built));
    return run;
  };
  const here = await begin("unix:///here", base);
  await begin("ssh://there", pytorch);
  expect(runs.lastOf(base.dockerfile)).toBe(here);
  const there = await begin("ssh://there", base);
  expect(runs.lastOf(base.dockerfile)).toBe(there);
  const again = await begin("unix:///here", base);
  expect(runs.lastOf(base.dockerfile)).toBe(again);
  expect(runs.lastOf("/elsewhere/Dockerfile")).toBeUndefined();
});
