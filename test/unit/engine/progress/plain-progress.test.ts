import { expect, test } from "vitest";
import type { BuildEvent } from "../../../../engine/build/build-event.ts";
import { PlainProgress } from "../../../../engine/progress/plain-progress.ts";
import { output, progress, step } from "./build-events.ts";

/** What is printed when the events come at these times (ms). */
function printed(events: readonly (readonly [time: number, event: BuildEvent])[], colour = false): string {
  let text = "";
  let now = 0;
  const write = (more: string) => {
    text += more;
  };
  const plain = new PlainProgress({ write, colour }, () => now);
  for (const [time, event] of events) {
    for (; now < time; now += 50) plain.print();
    now = time;
    plain.show(event);
  }
  for (let frames = 0; frames < 4; frames++, now += 100) plain.print();
  plain.end();
  return text;
}

test("steps one after the other, as docker shows them", () => {
  expect(
    printed([
      [0, step("a", "[internal] load build context", "running")],
      [10, progress("a", "transferring context:", 0, undefined, 5)],
      [60, progress("a", "transferring context:", 1_984_203, undefined, 60, true)],
      [60, step("a", "[internal] load build context", "done", { worked: 60 })],
      [300, step("b", "[1/2] FROM docker.io/library/busybox:1", "cached")],
      [500, step("c", "[2/2] RUN make", "running")],
      [700, output("c", "one\ntw", 211)],
      [800, output("c", "o\nthree", 300)],
      [900, step("c", "[2/2] RUN make", "done", { worked: 400, ended: 400 })],
    ]),
  ).toBe(`\
#1 [internal] load build context
#1 transferring context: 1.98MB 0.1s done
#1 DONE 0.1s

#2 [1/2] FROM docker.io/library/busybox:1
#2 CACHED

#3 [2/2] RUN make
#3 0.211 one
#3 0.300 two
#3 0.400 three
#3 DONE 0.4s
`);
});

test("steps at the same time in turns: the second waits until the first ends, or for five seconds", () => {
  const [a, b] = ["[a 1/1] RUN a", "[b 1/1] RUN b"];
  expect(
    printed([
      [0, step("a", a, "running")],
      [100, output("a", "a1\n", 100)],
      [200, step("b", b, "running")],
      [300, output("b", "b1\n", 300)],
      [400, output("a", "a2\n", 400)],
      [6000, output("b", "b2\n", 6000)],
      [6200, output("a", "a3\n", 6200)],
      [6300, step("a", a, "done", { worked: 6300, ended: 6300 })],
      [6600, step("b", b, "failed", { error: "exit code: 3", ended: 6600 })],
    ]),
  ).toBe(`\
#1 [a 1/1] RUN a
#1 0.100 a1
#1 0.400 a2
#1 ...

#2 [b 1/1] RUN b
#2 0.300 b1
#2 6.000 b2
#2 ...

#1 [a 1/1] RUN a
#1 6.200 a3
#1 DONE 6.3s

#2 [b 1/1] RUN b
#2 ERROR: exit code: 3
`);
});

test("a step that is taken up again at once has not ended", () => {
  const name = "[1/2] FROM docker.io/library/busybox:1";
  const text = printed([
    [0, step("a", name, "done")],
    [20, step("a", name, "running")],
    [400, step("a", name, "done", { worked: 380 })],
  ]);
  expect(text).toBe(`#1 ${name}\n#1 DONE 0.4s\n`);
});

test("progress is shown at each twentieth and at its end", () => {
  const text = printed([
    [0, step("a", "pull", "running")],
    ...Array.from({ length: 101 }, (_, percent): [number, BuildEvent] => [
      percent,
      progress("a", "sha256:1", percent * 1000, 100_000, percent, percent === 100),
    ]),
    [200, step("a", "pull", "done", { worked: 100 })],
  ]);
  const lines = text.split("\n").filter((line) => line.includes("sha256:1"));
  expect(lines).toHaveLength(21);
  expect(lines[0]).toBe("#1 sha256:1 0B / 100kB");
  expect(lines.at(-1)).toBe("#1 sha256:1 100kB / 100kB 0.1s done");
});

test("a line that never ends is shown in pieces, not kept", () => {
  const events = Array.from({ length: 100 }, (_, index): [number, BuildEvent] => [
    index,
    output("a", "x".repeat(1000), index),
  ]);
  const text = printed([[0, step("a", "RUN", "running")], ...events, [200, step("a", "RUN", "done")]]);
  expect(text.match(/x/g)).toHaveLength(100_000);
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThan(20_000);
});

test("colours stay where there are colours, and nothing else reaches the terminal", () => {
  const events: [number, BuildEvent][] = [
    [0, step("a", "RUN \u001b[2J", "running")],
    [
      10,
      output("a", "\u001b[31mred\u001b[0m\u001b[2J\u001b]0;title\u0007\u0007|\t|\n10%\r50%\r100%\r\n", 10),
    ],
    [20, step("a", "RUN \u001b[2J", "done")],
  ];
  expect(printed(events, true)).toContain("#1 0.010 \u001b[31mred\u001b[0m|\t|\u001b[0m\n#1 0.010 100%\n");
  expect(printed(events)).toContain("#1 0.010 red|\t|\n");
  expect(printed(events)).not.toContain("\u001b");
});

test("a warning says its line", () => {
  const warning: BuildEvent = {
    kind: "warning",
    step: undefined,
    message: "LegacyKeyValueFormat: write KEY=value",
    details: undefined,
    url: undefined,
    lines: { start: 3, end: 3 },
  };
  expect(printed([[0, warning]])).toBe("WARN: LegacyKeyValueFormat: write KEY=value (line 3)\n");
});

test("what a registry or the daemon says is shown, not obeyed, and stands on one line", () => {
  const warning = {
    kind: "warning",
    step: "a",
    details: undefined,
    url: undefined,
    lines: undefined,
  } as const;
  const evil = "\u001b]52;c;ZXZpbA==\u0007\u001b[2J";
  const text = printed([
    [0, step("a", "[1/2] FROM evil.example/x", "running")],
    [10, progress("a", `sha256:1${evil}`, 10, 100, 10)],
    [20, { ...warning, message: `no such rule${evil}` }],
    [50, step("a", "[1/2] FROM evil.example/x", "failed", { error: `denied${evil}\n  log in first` })],
  ]);
  expect(text).not.toMatch(/[\u0007\u001b]/);
  expect(text).toMatch(/^#1 WARN: no such rule.*52;c;/m);
  expect(text).toMatch(/^#1 ERROR: denied.* log in first$/m);
});
