import { expect, test } from "vitest";
import { BuildRuns } from "../../../../client/builds/build-runs.ts";
import { InterruptedRuns } from "../../../../client/builds/interrupted-runs.ts";
import { KeptMemory } from "./kept-memory.ts";
import { Channel, host } from "./lab-events.ts";

function window(memory: KeptMemory) {
  const runs = new BuildRuns();
  const interrupted = new InterruptedRuns(memory, runs);
  const build = (name: string) => {
    const channel = new Channel();
    const path = `/lab/${name}/Dockerfile`;
    const again = { kind: "image", path, wish: { pushes: true, noCache: true, host: "gpu" } } as const;
    const asked = [path];
    const run = runs.start(
      { title: name, host, pushes: false, asked, unsaved: new Map(), again },
      () => channel,
    );
    return { channel, run };
  };
  return { interrupted, build };
}

test("the next window is told of the builds that went on, once", async () => {
  const memory = new KeptMemory();
  const first = window(memory);
  expect(first.interrupted.left).toEqual([]);
  const done = first.build("base");
  first.build("pytorch");
  await done.channel.give({ kind: "finished", outcomes: new Map() });
  await done.run.result;
  first.interrupted.dispose();
  expect(window(memory).interrupted.left).toEqual([
    {
      title: "pytorch",
      again: {
        kind: "image",
        path: "/lab/pytorch/Dockerfile",
        wish: { pushes: true, noCache: true, host: "gpu" },
      },
    },
  ]);
  expect(window(memory).interrupted.left).toEqual([]);
});

test("what ends as the window closes was interrupted all the same", async () => {
  const memory = new KeptMemory();
  const { interrupted, build } = window(memory);
  const { channel, run } = build("base");
  interrupted.dispose();
  run.cancel();
  await channel.give({ kind: "finished", outcomes: new Map() });
  await run.result;
  expect(window(memory).interrupted.left.map(({ title }) => title)).toEqual(["base"]);
});

test("what is no record of this version is left alone", () => {
  const memory = new KeptMemory();
  const older = { title: "x", again: { command: "labImages.image.build", path: "/lab/x/Dockerfile" } };
  memory.kept = { "labImages.buildsUnderWay": JSON.stringify([null, { title: "x" }, 3, older]) };
  expect(window(memory).interrupted.left).toEqual([]);
});
