import { expect, test } from "vitest";
import type { LabBuildEvent } from "../../../../engine/lab/lab-build-event.ts";
import { ScrolledLabProgress } from "../../../../engine/progress/scrolled-lab-progress.ts";
import {
  failure,
  finished,
  inBuild,
  inPush,
  layer,
  planned,
  result,
} from "../../client/builds/lab-events.ts";
import { output, step } from "./build-events.ts";
import { Screen } from "./screen.ts";

function watch(columns = 50, rows = 20) {
  const screen = new Screen(columns, rows);
  const time = { now: 0 };
  const progress = new ScrolledLabProgress(screen, () => time.now);
  const at = (now: number) => {
    time.now = now;
    progress.draw();
    return screen.text;
  };
  return { screen, progress, time, at };
}

const base = planned("base");
const pytorch = planned("pytorch", ["base"]);

test("what a command prints stays above the steps at work, and can be read again", () => {
  const { progress, time, at } = watch();
  progress.waitFor("Asking node what is stale");
  expect(at(0)).toBe("[+] Asking node what is stale");
  progress.show({ kind: "planned", images: [base] });
  progress.show({ kind: "image-started", image: "base" });
  progress.show(inBuild("base", step("a", "[1/2] RUN make", "running")));
  progress.show(inBuild("base", output("a", "cc a.c\ncc b.c\n", 500)));
  progress.show(inBuild("base", step("b", "[2/2] RUN make install", "waiting")));
  time.now = 2000;
  progress.show(inBuild("base", step("a", "[1/2] RUN make", "done", { worked: 2000 })));
  progress.show(inBuild("base", step("b", "[2/2] RUN make install", "running")));
  progress.show(finished("base", { kind: "built", result, digests: [] }));
  progress.end();
  expect(at(3000)).toBe(`\
#1 [1/2] RUN make
#1 0.500 cc a.c
#1 0.500 cc b.c
#1 DONE 2.0s

Built registry.lab/ada/base:v1 (1.00MB) in 1.0s`);
});

test("the steps at work are drawn at the end, with their time", () => {
  const { progress, at } = watch();
  progress.show({ kind: "planned", images: [base] });
  progress.show({ kind: "image-started", image: "base" });
  progress.show(inBuild("base", step("a", "[1/2] RUN make", "running")));
  expect(at(1500)).toBe(`\
[+] Building 1.5s (0/1)
 => [1/2] RUN make                           1.5s`);
});

test("lines of images that are built side by side begin with their names", () => {
  const { progress, time, at } = watch(60);
  const jax = planned("jax");
  progress.show({ kind: "planned", images: [base, jax, { ...pytorch, reasons: [] }] });
  for (const image of ["base", "jax"]) {
    progress.show({ kind: "image-started", image });
    progress.show(inBuild(image, step("a", `[1/1] RUN ${image}`, "running")));
  }
  expect(at(1000)).toBe(`\
In this order: base, jax
Left as they are: pytorch
[+] Building base 1.0s (0/1)
 => [1/1] RUN base                                     1.0s
[+] Building jax 1.0s (0/1)
 => [1/1] RUN jax                                      1.0s`);
  time.now = 2000;
  progress.show(inBuild("jax", step("a", "[1/1] RUN jax", "done", { worked: 2000 })));
  progress.show(finished("jax", { kind: "built", result, digests: [] }));
  expect(at(2000)).toContain("jax | #1 DONE 2.0s");
  expect(at(2000)).toContain("[+] Building base 2.0s");
  expect(at(2000)).not.toContain("[+] Building jax");
});

test("a failure ends with the last lines, the place and the reason", () => {
  const { progress, at } = watch(90);
  progress.show({ kind: "planned", images: [base] });
  progress.show({ kind: "image-started", image: "base" });
  const failed = step("b", "[2/2] RUN exit 3", "failed", { error: "exit code: 3" });
  progress.show(inBuild("base", failed));
  progress.show(finished("base", { kind: "build-failed", failure: { ...failure, steps: [failed.step] } }));
  progress.show(finished("pytorch", { kind: "skipped", base: "base" }));
  progress.end();
  expect(at(0)).toBe(`\
#1 [2/2] RUN exit 3
#1 ERROR: exit code: 3

------
 > [2/2] RUN exit 3:
far
------
/lab/base/Dockerfile:3
ERROR: “RUN exit 3” ended with exit code 3 (Dockerfile line 3).
Not built, as its base base is not: pytorch`);
});

test("a push tells which layers were sent, which were there, and the digest", () => {
  const { progress, at } = watch(80);
  progress.show({ kind: "planned", images: [base] });
  progress.show({ kind: "image-started", image: "base" });
  progress.show(inPush("base", layer("1", "exists")));
  progress.show(inPush("base", layer("2", "mounted", { from: "ada/other" })));
  progress.show(inPush("base", layer("3", "pushing", { current: 500, total: 1000 })));
  expect(at(100).split("\n").slice(-2)).toEqual([
    "[+] Pushing registry.lab/ada/base:v1 (2/3)                                 0.1s",
    " => 3: pushing 500B / 1.00kB",
  ]);
  progress.show(inPush("base", layer("3", "pushed")));
  const reference = base.reference;
  progress.show(
    inPush("base", {
      kind: "finished",
      outcome: { ok: true, reference, digest: "sha256:2", size: 1, duration: 1 },
    }),
  );
  progress.end();
  expect(at(200)).toBe(`
Pushing registry.lab/ada/base:v1
1: is there already
2: taken over from ada/other
3: pushing 500B / 1.00kB
3: pushed
Pushed registry.lab/ada/base:v1@sha256:2`);
});

test("pushes of images that are left as they are go on side by side, each line with its image's name", () => {
  const { progress, at } = watch(80);
  const [a, b] = ["a", "b"].map((name) => ({ ...base, name, reference: `r.lab/${name}:1`, reasons: [] }));
  progress.show({ kind: "planned", images: [a!, b!] });
  for (const { name, reference } of [a!, b!]) {
    progress.show({ kind: "image-started", image: name });
    progress.show({ ...inPush(name, layer("1", "pushed")), reference } as LabBuildEvent);
  }
  progress.end();
  expect(at(0)).toContain("a | Pushing r.lab/a:1\na | 1: pushed\n");
  expect(at(0)).toContain("b | Pushing r.lab/b:1\nb | 1: pushed");
});

test("more images at work than the terminal has rows do not fill what is scrolled back", () => {
  const { progress, at, screen } = watch(80, 10);
  const images = Array.from({ length: 12 }, (_, index) => ({ ...base, name: `i${index}` }));
  progress.show({ kind: "planned", images });
  for (const { name } of images) {
    progress.show({ kind: "image-started", image: name });
    progress.show(inBuild(name, step("a", "[1/1] RUN make", "running")));
  }
  const once = at(100).split("\n").length;
  for (let now = 1_100; now < 30_000; now += 1_000) at(now);
  expect(screen.text.split("\n")).toHaveLength(once);
  expect(screen.text.split("\n").at(-1)).toBe("… and 16 more lines");
});

test("an image that cannot be built is told of ahead of the others", () => {
  const { progress, at } = watch(90);
  const what = "there is no Dockerfile in the folder of jax";
  progress.show({ kind: "blocked", image: "jax", failure: { cause: "request", what, next: "Make one" } });
  progress.show({ kind: "planned", images: [{ ...base, reasons: [] }] });
  progress.end();
  expect(at(0)).toBe(`ERROR: ${what}. Make one.\nLeft as they are: base`);
});
