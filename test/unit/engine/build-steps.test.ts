import { describe, expect, test } from "vitest";
import type { BuildEvent } from "../../../engine/build/build-event.ts";
import { brokenOff } from "../../../engine/build/build-outcome.ts";
import { BuildSteps } from "../../../engine/build/build-steps.ts";
import { StepLines } from "../../../engine/build/step-lines.ts";
import { readStatus } from "../../../engine/buildkit/status.ts";
import { StatusMessage, type VertexFields } from "./status-message.ts";

function tracker(dockerfile = "FROM base\nRUN make\n") {
  const steps = new BuildSteps(new StepLines(dockerfile));
  const take = (message: StatusMessage): BuildEvent[] => [...steps.take(readStatus(message.bytes))];
  return { steps, take };
}

const run = { digest: "sha256:run", name: "[2/2] RUN make" };
/** November 2026, in milliseconds: more than 32 bits. */
const now = 1_795_778_755_000;

function outputs(events: readonly BuildEvent[]): string {
  return events.map((event) => (event.kind === "output" ? event.text : "")).join("");
}

describe("a step", () => {
  test.each<[string, readonly Partial<VertexFields>[], object]>([
    ["waits", [{}], { state: "waiting", worked: 0 }],
    ["runs", [{ started: now }], { state: "running", started: now, ended: undefined, worked: 0 }],
    [
      "is done",
      [{ started: now }, { started: now, completed: now + 250 }],
      { state: "done", started: now, ended: now + 250, worked: 250 },
    ],
    ["is cached", [{ cached: true, started: now, completed: now }], { state: "cached", worked: 0 }],
    [
      "failed",
      [{ started: now, completed: now + 1, error: "exit code: 3" }],
      { state: "failed", error: "exit code: 3" },
    ],
    [
      "was cancelled",
      [{ started: now, completed: now + 1, error: "executor: context canceled" }],
      { state: "cancelled" },
    ],
    [
      "is taken up again: pauses are no work",
      [
        { started: now, completed: now + 100 },
        { started: now + 1000, completed: now + 1100 },
      ],
      { state: "done", started: now, ended: now + 1100, worked: 200 },
    ],
    [
      "is taken up again and runs",
      [{ started: now, completed: now + 100 }, { started: now + 1000 }],
      { state: "running", worked: 100, ended: undefined },
    ],
  ])("%s", (_, messages, expected) => {
    const { steps, take } = tracker();
    for (const fields of messages) take(new StatusMessage().vertex({ ...run, ...fields }));
    expect(steps.steps).toHaveLength(1);
    expect(steps.steps[0]).toMatchObject({ id: run.digest, lines: { start: 2, end: 2 }, ...expected });
  });

  test("is told of when something changed, and only then", () => {
    const { take } = tracker();
    const started = () => new StatusMessage().vertex({ ...run, started: now });
    expect(take(started())).toHaveLength(1);
    expect(take(started())).toEqual([]);
  });
});

describe("output", () => {
  test("comes with characters that two messages cut in two", () => {
    const { take, steps } = tracker();
    take(new StatusMessage().vertex(run));
    const bytes = Buffer.from("naïve 漢字 😀\n");
    let text = "";
    for (const byte of bytes)
      text += outputs(take(new StatusMessage().log(run.digest, 1, Buffer.from([byte]))));
    expect(text + outputs([...steps.end()])).toBe("naïve 漢字 😀\n");
  });

  test("of stdout and stderr is apart, also within a character", () => {
    const { take } = tracker();
    const [first, second] = [Buffer.from([0xc3]), Buffer.from([0xa9])];
    const events = take(
      new StatusMessage()
        .vertex(run)
        .log(run.digest, 1, first)
        .log(run.digest, 2, "error\n", now)
        .log(run.digest, 1, second, now),
    );
    expect(events.slice(1)).toEqual([
      { kind: "output", step: run.digest, stream: "stderr", time: now, text: "error\n" },
      { kind: "output", step: run.digest, stream: "stdout", time: now, text: "é" },
    ]);
  });

  test("keeps its colours, and the last lines are without", () => {
    const { take, steps } = tracker();
    const events = take(
      new StatusMessage().vertex(run).log(run.digest, 1, "\u001b[31mred\u001b[0m\n10%\r100%\r\n"),
    );
    expect(outputs(events)).toContain("\u001b[31mred");
    expect(steps.lastLines(run.digest)).toEqual(["red", "100%"]);
  });

  test("is kept to its last 20 lines, however much there is", () => {
    const { take, steps } = tracker();
    take(new StatusMessage().vertex(run));
    for (let line = 0; line < 10_000; line++) take(new StatusMessage().log(run.digest, 1, `line ${line}\n`));
    const last = steps.lastLines(run.digest);
    expect(last).toHaveLength(20);
    expect(last.at(-1)).toBe("line 9999");
  });

  test("that the daemon cuts off says so", () => {
    const { take, steps } = tracker();
    const clipped = "\n[output clipped, log limit 1MiB reached]\n";
    expect(outputs(take(new StatusMessage().vertex(run).log(run.digest, 2, clipped)))).toBe(clipped);
    expect(steps.lastLines(run.digest)).toContain("[output clipped, log limit 1MiB reached]");
  });

  test("of a step that has no name yet is not lost", () => {
    const { take } = tracker();
    expect(outputs(take(new StatusMessage().log("sha256:early", 1, "early\n")))).toBe("early\n");
  });
});

test("a warning comes once, with its lines", () => {
  const { take } = tracker();
  const message = () =>
    new StatusMessage().warning(run.digest, "LegacyKeyValueFormat: x", "more", "https://docs", [2, 3]);
  expect(take(message())).toEqual([
    {
      kind: "warning",
      step: undefined,
      message: "LegacyKeyValueFormat: x",
      details: "more",
      url: "https://docs",
      lines: { start: 2, end: 3 },
    },
  ]);
  expect(take(message())).toEqual([]);
});

test("bytes that are no message are an error, not a hang", () => {
  expect(() => readStatus(Buffer.from([0x0a, 0xff]))).toThrow();
});

test("a build that breaks off was at the step that began last, also where the end of the one before is not told yet", () => {
  const { steps, take } = tracker();
  take(
    new StatusMessage()
      .vertex({ digest: "sha256:from", name: "[1/2] FROM base", started: now })
      .vertex({ ...run, started: now + 5 }),
  );
  const failure = brokenOff({ cause: "connection-lost", what: "the connection was lost" }, steps, 10);
  expect(failure).toMatchObject({ step: run.digest, lines: { start: 2, end: 2 } });
});
