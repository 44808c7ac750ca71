import { expect, test } from "vitest";
import { ImageRun } from "../../../../client/builds/image-run.ts";
import { LineMap } from "../../../../client/builds/line-map.ts";
import { stepMarks } from "../../../../client/builds/step-marks.ts";
import { step } from "../../engine/progress/build-events.ts";
import { failure, finished, inBuild, planned, result } from "./lab-events.ts";

const text = ["FROM busybox", "RUN make", "RUN echo far && \\", "    exit 3", "COPY a /", ""].join("\n");

/** An image at work; `at` lets time pass. */
function image() {
  const run = new ImageRun(planned("base"), text);
  run.take({ kind: "image-started", image: "base" }, 0);
  const take = (now: number, ...steps: Parameters<typeof step>[]) => {
    for (const each of steps) run.take(inBuild("base", step(...each)), now);
  };
  const marks = (now: number) =>
    stepMarks(run, now).map(({ lines, state, worked }) => [lines.start, state, worked]);
  return { run, take, marks };
}

const at = (start: number, end = start) => ({ lines: { start, end } });

test("each instruction that is or was at work has a mark; one that waits has none", () => {
  const { take, marks } = image();
  take(1000, ["a", "[1/4] FROM busybox", "cached", at(1)], ["b", "[2/4] RUN make", "running", at(2)]);
  take(
    1000,
    ["c", "[3/4] RUN echo far", "waiting", at(3, 4)],
    ["x", "[internal] load .dockerignore", "done"],
  );
  expect(marks(3500)).toEqual([
    [1, "cached", 0],
    [2, "running", 2500],
  ]);
  take(9000, ["b", "[2/4] RUN make", "done", { ...at(2), worked: 8000 }]);
  expect(marks(10_000)).toEqual([
    [1, "cached", 0],
    [2, "done", 8000],
  ]);
});

test("looking a base up is at work until the base's own step is there", () => {
  const { take, marks } = image();
  take(0, ["m", "[internal] load metadata for docker.io/library/busybox", "running", at(1)]);
  expect(marks(500)).toEqual([[1, "running", 500]]);
  take(600, [
    "m",
    "[internal] load metadata for docker.io/library/busybox",
    "done",
    { ...at(1), worked: 600 },
  ]);
  take(600, ["a", "[1/4] FROM busybox", "cached", at(1)]);
  expect(marks(700)).toEqual([[1, "cached", 0]]);
});

test("the instruction that failed says with which exit code; one that was broken off is at work no more", () => {
  const { run, take } = image();
  take(0, ["b", "[2/4] RUN make", "running", at(2)]);
  take(0, ["c", "[3/4] RUN echo far", "failed", { ...at(3, 4), error: "exit code: 3" }]);
  const failed = { ...failure, lines: { start: 3, end: 4 } };
  run.take(finished("base", { kind: "build-failed", failure: failed }), 100);
  expect(stepMarks(run, 200)).toEqual([
    { lines: { start: 3, end: 4 }, state: "failed", worked: 0, exitCode: 3, why: undefined },
  ]);
});

test("an instruction that no step is made of can fail too", () => {
  const { run } = image();
  const said = 'dockerfile parse error line 2: unknown instruction: "RUNN"\nmore';
  run.take(
    finished("base", {
      kind: "build-failed",
      failure: { ...failure, said, exitCode: undefined, lines: { start: 2, end: 2 } },
    }),
    100,
  );
  expect(stepMarks(run, 200)).toMatchObject([
    {
      lines: { start: 2 },
      state: "failed",
      why: 'dockerfile parse error line 2: unknown instruction: "RUNN"',
    },
  ]);
});

test("a build that was cancelled blames no instruction", () => {
  const { run, take, marks } = image();
  take(0, ["b", "[2/4] RUN make", "cancelled", at(2)]);
  const cancelled = { ...failure, cause: "cancelled", lines: { start: 2, end: 2 } } as const;
  run.take(finished("base", { kind: "build-failed", failure: cancelled }), 100);
  expect(marks(200)).toEqual([[2, "cancelled", 0]]);
});

test("marks stay when the image is built", () => {
  const { run, take, marks } = image();
  take(0, ["b", "[2/4] RUN make", "done", { ...at(2), worked: 100 }]);
  run.take(finished("base", { kind: "built", result, digests: [] }), 100);
  expect(marks(200)).toEqual([[2, "done", 100]]);
});

test("lines are found where edits have moved them, and not where they were changed", () => {
  const rangeAfter = (after: string, start: number, end = start) =>
    new LineMap(text, after).rangeOf({ start, end });
  expect(rangeAfter(text, 3, 4)).toEqual({ start: 3, end: 4 });
  expect(rangeAfter(`# above\n\n${text}`, 3, 4)).toEqual({ start: 5, end: 6 });
  expect(rangeAfter(text.replace("RUN make\n", ""), 3, 4)).toEqual({ start: 2, end: 3 });
  expect(rangeAfter(text.replace("exit 3", "exit 0"), 3, 4)).toBeUndefined();
  expect(rangeAfter(text.replace("exit 3", "exit 0"), 5)).toEqual({ start: 5, end: 5 });
  expect(rangeAfter(text.replace("\\\n", "\\\n    true && \\\n"), 3, 4)).toBeUndefined();
  expect(rangeAfter(text.replaceAll("\n", "\r\n"), 3, 4)).toEqual({ start: 3, end: 4 });
  expect(rangeAfter("", 3, 4)).toBeUndefined();
  // Beyond the text that was built.
  expect(rangeAfter(text, 9)).toBeUndefined();
});

test("a text of many lines that are all others is compared as fast as any", () => {
  const lines = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`);
  const before = ["FROM a", ...lines("RUN"), "COPY a /"].join("\n");
  const after = ["FROM a", ...lines("ENV"), "COPY a /"].join("\n");
  const map = new LineMap(before, after);
  expect(map.rangeOf({ start: 1, end: 1 })).toEqual({ start: 1, end: 1 });
  expect(map.rangeOf({ start: 20_002, end: 20_002 })).toEqual({ start: 20_002, end: 20_002 });
  expect(map.rangeOf({ start: 5, end: 5 })).toBeUndefined();
});
