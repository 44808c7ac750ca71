import { describe, expect, test } from "vitest";
import { ImageRun } from "../../../../client/builds/image-run.ts";
import { shownState } from "../../../../client/views/images/shown-state.ts";
import type { BuildFailure } from "../../../../engine/build/build-event.ts";
import type { FailureDetails } from "../../../../engine/failure.ts";
import type { ImageOutcome, LabBuildEvent } from "../../../../engine/lab/lab-build-event.ts";
import { imageState } from "./image-states.ts";

const stale = imageState("base", { state: "stale", reasons: ["files"] });
const current = imageState("base");

const failure: FailureDetails = { cause: "dockerfile", what: "RUN exit 3 failed" };
const buildFailure = (cause: FailureDetails["cause"] = "dockerfile"): BuildFailure => ({
  ...{ ok: false, ...failure, cause, steps: [], lines: undefined, step: undefined },
  ...{ exitCode: 3, output: [], duration: 1 },
});

/** A run of the image, after these events. */
function run(...events: readonly LabBuildEvent[]): ImageRun {
  const dockerfile = "/lab/base/Dockerfile";
  const image = { name: "base", reference: "base", dockerfile, bases: [], reasons: ["files"] as const };
  const made = new ImageRun(image, "FROM x\n");
  for (const event of events) made.take(event, 1);
  return made;
}

const begun: LabBuildEvent = { kind: "image-started", image: "base" };
const ended = (outcome: ImageOutcome): LabBuildEvent => ({ kind: "image-finished", image: "base", outcome });

describe("what is shown of an image", () => {
  test.each([
    [undefined, "unknown"],
    [imageState("base", { state: "not-built", image: undefined }), "not-built"],
    [current, "current"],
    [imageState("base", { pushed: "sha256:1" }), "pushed"],
    // Pushed once, and another one would be built now.
    [imageState("base", { state: "stale", reasons: ["base"], pushed: "sha256:1" }), "stale"],
    [imageState("base", { state: "blocked", failure }), "blocked"],
  ])("how it stands on its host: %#", (state, kind) => {
    expect(shownState(state, undefined).kind).toBe(kind);
  });

  test("what is done to it now comes first", () => {
    expect(shownState(current, run()).kind).toBe("waiting");
    const step = { id: "1", name: "RUN true", state: "running" } as const;
    const building = run(begun, {
      kind: "build",
      image: "base",
      event: { kind: "step", step: { ...step, lines: undefined, duration: undefined } as never },
    });
    expect(shownState(stale, building)).toEqual({
      kind: "building",
      count: { done: 0, total: 1 },
      step: "RUN true",
    });
  });

  test("a build that failed is shown until the image is up to date", () => {
    const failed = run(begun, ended({ kind: "build-failed", failure: buildFailure() }));
    expect(shownState(stale, failed)).toMatchObject({ kind: "failed", failure: { what: failure.what } });
    expect(shownState(undefined, failed).kind).toBe("failed");
    expect(shownState(current, failed).kind).toBe("current");
  });

  test("a push that failed is shown until the registry has it", () => {
    const failed = run(begun, ended({ kind: "push-failed", result: undefined, failure }));
    expect(shownState(current, failed).kind).toBe("push-failed");
    expect(shownState(imageState("base", { pushed: "sha256:1" }), failed).kind).toBe("pushed");
  });

  test("one that was cancelled is as it was before", () => {
    const cancelled = run(begun, ended({ kind: "build-failed", failure: buildFailure("cancelled") }));
    expect(shownState(stale, cancelled).kind).toBe("stale");
  });

  test("what is kept of an earlier window's build counts as its run did", () => {
    const record = { dockerfile: "/lab/base/Dockerfile", host: "ssh://node", reference: "base", at: 1 };
    expect(shownState(stale, { ...record, end: "failed", failure }).kind).toBe("failed");
    expect(shownState(current, { ...record, end: "failed", failure }).kind).toBe("current");
    expect(shownState(current, { ...record, end: "push-failed", failure }).kind).toBe("push-failed");
    expect(shownState(undefined, { ...record, end: "pushed" }).kind).toBe("pushed");
    expect(shownState(stale, { ...record, end: "cancelled" }).kind).toBe("stale");
  });
});
