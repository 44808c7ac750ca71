import { expect, test } from "vitest";
import { type ForestNode, imageForest } from "../../../core/lab/image-forest.ts";

type Drawn = readonly (string | Drawn)[];

/** Each tree as its name and what is beneath; a name with `…` is one whose children are shown elsewhere. */
function drawn(nodes: readonly ForestNode<{ name: string; bases: readonly string[] }>[]): Drawn {
  return nodes.flatMap(({ image, children, again }) => [
    `${image.name}${again ? "…" : ""}`,
    ...(children.length > 0 ? [drawn(children)] : []),
  ]);
}

const forest = (images: Readonly<Record<string, readonly string[]>>) =>
  drawn(imageForest(Object.entries(images).map(([name, bases]) => ({ name, bases }))));

test("an image stands beneath its base, in the order given", () => {
  expect(forest({ torch: ["base"], base: ["ubuntu:22.04"], vision: ["torch"], other: [] })).toEqual([
    "base",
    ["torch", ["vision"]],
    "other",
  ]);
});

test("one with two bases stands beneath both, what builds on it beneath the first", () => {
  expect(forest({ a: [], b: [], both: ["a", "b"], above: ["both"] })).toEqual([
    "a",
    ["both", ["above"]],
    "b",
    ["both…"],
  ]);
});

test("images that are each other's base are there, once", () => {
  expect(forest({ a: ["b"], b: ["a"], self: ["self"] })).toEqual(["a", ["b", ["a…"]], "self", ["self…"]]);
});
