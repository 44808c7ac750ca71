import { expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import { shippedStages } from "../../../../core/dockerfile/shipped-stages.ts";

const shipped = (text: string): number[] =>
  [...shippedStages(parseDockerfile(text))].map(({ index }) => index).sort();

test.each([
  ["one stage", "FROM ubuntu\nRUN true\n", [0]],
  ["the last and what it builds on", "FROM ubuntu AS base\nFROM base AS dev\nFROM base\nRUN true\n", [0, 2]],
  ["a chain", "FROM ubuntu AS a\nFROM a AS b\nFROM b\n", [0, 1, 2]],
  ["names in another case", "FROM ubuntu AS Base\nFROM BASE\n", [0, 1]],
  ["a name out of an argument", "ARG FLAVOUR=dev\nFROM ubuntu AS dev\nFROM ${FLAVOUR}\n", [0, 1]],
  ["nothing that is only copied from", "FROM ubuntu AS b\nFROM ubuntu\nCOPY --from=b /a /a\n", [1]],
  ["an image of the same name as the stage itself", "FROM ubuntu AS ubuntu\n", [0]],
  ["a piece without FROM", "RUN true\n", [0]],
  ["no stage", "ARG A=1\n", []],
  ["nothing", "", []],
] as const)("%s", (_, text, expected) => {
  expect(shipped(text)).toEqual(expected);
});
