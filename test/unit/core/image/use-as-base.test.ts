import { describe, expect, test } from "vitest";
import { useAsBase } from "../../../../core/image/use-as-base.ts";

const image = "lab.example/ada/base:v1";

/** The text after the edit; the cursor stands at `|`. */
function used(marked: string): string {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const { span, newText } = useAsBase(text, Math.max(0, offset), image);
  return text.slice(0, span.start) + newText + text.slice(span.end);
}

describe("an image made the base", () => {
  test.each([
    ["its FROM", "FROM ubuntu:22.04\nRUN ls|\n", `FROM ${image}\nRUN ls\n`],
    [
      "what a variable stands for",
      "ARG BASE_IMG\nFROM ${BASE_IMG} AS x\n|",
      `ARG BASE_IMG\nFROM ${image} AS x\n`,
    ],
    [
      "options and comments stay",
      "# syntax=docker/dockerfile:1\nFROM --platform=linux/amd64 a:1 # no comment\n|",
      `# syntax=docker/dockerfile:1\nFROM --platform=linux/amd64 ${image} # no comment\n`,
    ],
    [
      "of the stage at the cursor",
      "FROM a:1 AS one\nRUN ls\nFROM b:1\nRUN l|s\n",
      `FROM a:1 AS one\nRUN ls\nFROM ${image}\nRUN ls\n`,
    ],
    [
      "of the stage that this one builds on",
      "FROM a:1 AS one\nFROM b:1 AS two\nFROM one\nRUN l|s\n",
      `FROM ${image} AS one\nFROM b:1 AS two\nFROM one\nRUN ls\n`,
    ],
    ["above the first FROM", "|# what it is\nFROM a:1\n", `# what it is\nFROM ${image}\n`],
    ["an empty file", "|", `FROM ${image}\n`],
    ["comments alone", "# what it is\n|", `# what it is\nFROM ${image}\n`],
    ["without the last line's end", "# what it is|", `# what it is\nFROM ${image}\n`],
    ["arguments alone", "ARG A=1\n|", `ARG A=1\nFROM ${image}\n`],
    ["Windows' line ends", "# a\r\n|", `# a\r\nFROM ${image}\r\n`],
    ["a FROM that is begun", "FROM |\n", `FROM ${image}\n`],
  ])("%s", (_, before, after) => {
    expect(used(before)).toBe(after);
  });
});
