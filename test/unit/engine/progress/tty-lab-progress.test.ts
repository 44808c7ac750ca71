import { expect, test } from "vitest";
import { TtyLabProgress } from "../../../../engine/progress/tty-lab-progress.ts";
import { finished, inBuild, inPush, layer, planned, result } from "../../client/builds/lab-events.ts";
import { output, progress, step } from "./build-events.ts";
import { Screen } from "./screen.ts";

function watch(columns = 50, rows = 20, images = [planned("base")]) {
  const screen = new Screen(columns, rows);
  const time = { now: 0 };
  const tty = new TtyLabProgress(screen, () => time.now);
  tty.show({ kind: "planned", images });
  for (const { name } of images) tty.show({ kind: "image-started", image: name });
  const at = (now: number) => {
    time.now = now;
    tty.draw();
    return screen.text;
  };
  return { screen, tty, time, at };
}

const run = "[2/3] RUN make -j8 all install && echo a command that is too long";

test("a warning stands whole, with its place, however narrow the terminal is", () => {
  const { tty, at } = watch(50);
  const message = "SecretsUsedInArgOrEnv: Do not use ARG or ENV for sensitive data";
  tty.show(
    inBuild("base", {
      kind: "warning",
      step: undefined,
      message,
      details: undefined,
      url: undefined,
      lines: { start: 12, end: 12 },
    }),
  );
  expect(at(0).replaceAll("\n", "")).toContain(`${message} (line 12)`);
});

test("steps at work are drawn in place; those that ended stay above", () => {
  const { tty, time, at } = watch();
  tty.show(inBuild("base", step("a", "[1/3] FROM busybox", "cached")));
  tty.show(inBuild("base", step("b", run, "running")));
  tty.show(inBuild("base", output("b", "\u001b[32mcc a.c\u001b[0m\n10%\r90%")));
  tty.show(inBuild("base", step("c", "[3/3] COPY a /", "waiting")));
  expect(at(1000)).toBe(`\
 => CACHED [1/3] FROM busybox                0.0s
[+] Building 1.0s (1/3)
 => [2/3] RUN make -j8 all install && echo a 1.0s
 => => # cc a.c
 => => # 90%`);
  time.now = 2000;
  tty.show(inBuild("base", step("b", run, "done", { worked: 1900 })));
  tty.show(inBuild("base", step("c", "[3/3] COPY a /", "running")));
  tty.show(inBuild("base", progress("c", "transferring context:", 1500, 3000, 200)));
  expect(at(2500)).toBe(`\
 => CACHED [1/3] FROM busybox                0.0s
 => [2/3] RUN make -j8 all install && echo a 1.9s
[+] Building 2.5s (2/3)
 => [3/3] COPY a /                           0.5s
 => => transferring context: 1.50kB / 3.00kB 0.2s`);
  tty.show(inBuild("base", step("c", "[3/3] COPY a /", "done", { worked: 600 })));
  tty.end();
  expect(at(9000)).toBe(`\
 => CACHED [1/3] FROM busybox                0.0s
 => [2/3] RUN make -j8 all install && echo a 1.9s
 => [3/3] COPY a /                           0.6s
[+] Building 2.5s (3/3) FINISHED`);
});

test("the window may become narrower and wider between two frames", () => {
  const { tty, screen, at } = watch(60);
  tty.show(inBuild("base", step("a", "[1/2] RUN a", "running")));
  tty.show(inBuild("base", step("b", "[2/2] RUN b", "running")));
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
    tty.show(inBuild("base", step(id, `RUN ${id}`, "running")));
    for (let line = 0; line < 9; line++) tty.show(inBuild("base", output(id, `${id}${line}\n`)));
  }
  const lines = at(1000).split("\n");
  expect(lines.length).toBeLessThan(6);
  for (const id of ["a", "b", "c"]) expect(lines.join("\n")).toContain(` => RUN ${id} `);
});

test("a frame is one write, and none when nothing changed", () => {
  const { tty, screen, at } = watch();
  tty.show(inBuild("base", step("a", "RUN a", "running")));
  at(1000);
  expect(screen.writes).toBe(1);
  at(1000);
  expect(screen.writes).toBe(1);
});

test("a failed step says so, as does one that was cancelled", () => {
  const { tty, at } = watch();
  tty.show(inBuild("base", step("a", "RUN a", "failed", { error: "exit code: 1", worked: 100 })));
  tty.show(inBuild("base", step("b", "RUN b", "cancelled")));
  tty.note("WARN: take care");
  tty.end();
  expect(at(0)).toBe(`\
WARN: take care
 => ERROR RUN a                              0.1s
 => CANCELED RUN b                           0.0s
[+] Building 0.0s (2/2) FINISHED`);
});

test("several images at work: whose each line is, and a push beside a build", () => {
  const { tty, time, at } = watch(50, 20, [planned("base"), planned("jax")]);
  tty.show(inBuild("base", step("a", "[1/1] RUN a", "running")));
  tty.show(inBuild("jax", step("a", "[1/1] RUN b", "running")));
  tty.show(inBuild("jax", output("a", "half\n")));
  expect(at(1000)).toBe(`\
[+] Building base 1.0s (0/1)
 => base | [1/1] RUN a                       1.0s
[+] Building jax 1.0s (0/1)
 => jax | [1/1] RUN b                        1.0s
 => => # half`);
  time.now = 2000;
  tty.show(inBuild("base", step("a", "[1/1] RUN a", "done", { worked: 2000 })));
  tty.show(inBuild("base", { kind: "finished", outcome: result }));
  tty.show(inPush("base", layer("4f4f", "pushing", { current: 500, total: 1000 })));
  expect(at(2000)).toBe(`\
 => base | [1/1] RUN a                       2.0s
[+] Building base 2.0s (1/1) FINISHED
[+] Pushing registry.lab/ada/base:v1 (0/1)   0.0s
 => 4f4f: pushing 500B / 1.00kB
[+] Building jax 2.0s (0/1)
 => jax | [1/1] RUN b                        2.0s
 => => # half`);
  time.now = 3000;
  tty.show(inPush("base", layer("4f4f", "pushed")));
  const pushed = { ok: true, reference: "", digest: "sha256:2", size: 1, duration: 1 } as const;
  tty.show(inPush("base", { kind: "finished", outcome: pushed }));
  tty.show(finished("base", { kind: "built", result, digests: ["sha256:2"] }));
  expect(at(3000)).toBe(`\
 => base | [1/1] RUN a                       2.0s
[+] Building base 2.0s (1/1) FINISHED
[+] Pushing registry.lab/ada/base:v1 (1/1)   1.0s
 => 4f4f: pushed
[+] Building jax 3.0s (0/1)
 => jax | [1/1] RUN b                        3.0s
 => => # half`);
});

test("an image that is only pushed is no build", () => {
  const { tty, at } = watch();
  tty.show(inPush("base", layer("4f4f", "pushing", { current: 500, total: 1000 })));
  expect(at(1000)).toBe(`\
[+] Pushing registry.lab/ada/base:v1 (0/1)   1.0s
 => 4f4f: pushing 500B / 1.00kB`);
  tty.show(finished("base", { kind: "pushed", digests: ["sha256:2"] }));
  tty.end();
  expect(at(1000)).not.toContain("Building");
});
