import { expect, test } from "vitest";
import { readTask, subjectOf, taskName, tasksOf } from "../../../../client/builds/task-definition.ts";
import { Lab } from "../../../../core/lab/lab.ts";
import { memoryFiles } from "../../lab/memory-files.ts";

const files = memoryFiles({
  "/lab/base/Dockerfile": "FROM busybox\n",
  "/lab/pytorch/Dockerfile": "FROM busybox\n",
  "/lab/pytorch/Dockerfile.dev": "FROM busybox\n",
});
const lab = new Lab("/lab", files);
const isFile = (path: string) => files.readText(path) !== undefined;

function subject(image: string) {
  return subjectOf(readTask({ image }), "/lab", lab, isFile);
}

test("a lab offers a task for all that is stale and one for each image", () => {
  expect(tasksOf(lab, "/lab").map(({ image }) => image)).toEqual(["*", "base", "pytorch"]);
  expect(tasksOf(lab, "/").map(taskName)).toEqual([
    "build all stale images of lab",
    "build lab/base/Dockerfile",
    "build lab/pytorch/Dockerfile",
  ]);
});

test("what a task names is an image, a Dockerfile, or a lab", () => {
  expect(subject("pytorch")).toEqual({ kind: "dockerfile", path: "/lab/pytorch/Dockerfile" });
  expect(subject("pytorch/Dockerfile.dev")).toEqual({
    kind: "dockerfile",
    path: "/lab/pytorch/Dockerfile.dev",
  });
  expect(subject("*")).toEqual({ kind: "stale", root: "/lab" });
  expect(subject("sub/*")).toEqual({ kind: "stale", root: "/lab/sub" });
  expect(() => subject("jax")).toThrow(
    "There is no image and no Dockerfile jax in /lab. Its images are base, pytorch.",
  );
});

test("what is written wrong in tasks.json is said", () => {
  expect(() => readTask({})).toThrow('needs "image"');
  expect(() => readTask({ image: "a", push: "yes" })).toThrow(
    '"push" of a lab-images task is true or false.',
  );
  expect(() => readTask({ image: "a", host: 3 })).toThrow('"host" of a lab-images task is a text');
  expect(readTask({ image: "a", push: true, host: "ssh://node" })).toEqual({
    image: "a",
    push: true,
    host: "ssh://node",
  });
});
