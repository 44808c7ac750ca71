import { expect, test } from "vitest";
import { TtyProgress } from "../../../../engine/progress/tty-progress.ts";
import { output, progress, step } from "./build-events.ts";
import { Screen } from "./screen.ts";

function watch(columns = 50, rows = 20) {
  const screen = new Screen(columns, rows);
  const time = { now: 0 };
  const tty = new TtyProgress(screen, () => time.now);
  const at = (now: number) => {
    time.now = now;
    tty.draw();
    return screen.text;
  };
  return { screen, tty, time, at };
}

const run = "[2/3] RUN make -j8 all install && echo a command that is too long";

test("steps at work are drawn in place; those that ended stay above", () => {
  const { tty, time, at } = watch();
  tty.show(step("a", "[1/3] FROM busybox", "cached"));
  tty.show(step("b", run, "running"));
  tty.show(output("b", "\u001b[32mcc a.c\u001b[0m\n10%\r90%"));
  tty.show(step("c", "[3/3] COPY a /", "waiting"));
  expect(at(1000)).toBe(`\
 => CACHED [1/3] FROM busybox                0.0s
[+] Building 1.0s (1/3)
 => [2/3] RUN make -j8 all install && echo a 1.0s
 => => # cc a.c
 => => # 90%`);
  time.now = 2000;
  tty.show(step("b", run, "done", { worked: 1900 }));
  tty.show(step("c", "[3/3] COPY a /", "running"));
  tty.show(progress("c", "transferring context:", 1500, 3000, 200));
  expect(at(2500)).toBe(`\
 => CACHED [1/3] FROM busybox                0.0s
 => [2/3] RUN make -j8 all install && echo a 1.9s
[+] Building 2.5s (2/3)
 => [3/3] COPY a /                           0.5s
 => => transferring context: 1.50kB / 3.00kB 0.2s`);
  tty.show(step("c", "[3/3] COPY a /", "done", { worked: 600 }));
  tty.end();
  expect(at(9000)).toBe(`\
 => CACHED [1/3] FROM busybox                0.0s
 => [2/3] RUN make -j8 all install && echo a 1.9s
 => [3/3] COPY a /                           0.6s
[+] Building 2.5s (3/3) FINISHED`);
});

test("the window may become narrower and wider between two frames", () => {
  const { tty, screen, at } = watch(60);
  tty.show(step("a", "[1/2] RUN a", "running"));
  tty.show(step("b", "[2/2] RUN b", "running"));
  at(1000);
  screen.resize(35);
  expect(at(2000)).toBe(`\
[+] Building 2.0s (0/2)
 => [1/2] RUN a               2.0s
 => [2/2] RUN b               2.0s`);
  screen.resize(60);
  expect(at(3000).split("\n")).toHaveLength(3);
});

test("a low window shows the steps at work, not all that they print", () => {
  const { tty, at } = watch(50, 6);
  for (const id of ["a", "b", "c"]) {
    tty.show(step(id, `RUN ${id}`, "running"));
    for (let line = 0; line < 9; line++) tty.show(output(id, `${id}${line}\n`));
  }
  const lines = at(1000).split("\n");
  expect(lines.length).toBeLessThan(6);
  for (const id of ["a", "b", "c"]) expect(lines.join("\n")).toContain(` => RUN ${id} `);
});

test("a frame is one write, and none when nothing changed", () => {
  const { tty, screen, at } = watch();
  tty.show(step("a", "RUN a", "running"));
  at(1000);
  expect(screen.writes).toBe(1);
  at(1000);
  expect(screen.writes).toBe(1);
});

test("a failed step says so, as does one that was cancelled", () => {
  const { tty, at } = watch();
  tty.show(step("a", "RUN a", "failed", { error: "exit code: 1", worked: 100 }));
  tty.show(step("b", "RUN b", "cancelled"));
  tty.note("WARN: take care");
  tty.end();
  expect(at(0)).toBe(`\
 => ERROR RUN a                              0.1s
 => CANCELED RUN b                           0.0s
WARN: take care
[+] Building 0.0s (2/2) FINISHED`);
});
