import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { appendCommands } from "../../../server/fixes/append-commands.ts";
import { insertWords } from "../../../server/fixes/insert-words.ts";
import { removeCommand } from "../../../server/fixes/remove.ts";
import { applyEdits } from "../../../server/lint/edits.ts";
import type { Edit } from "../../../server/rules/rule.ts";

function edited(text: string, edit: Edit | undefined): string | undefined {
  return edit && applyEdits(text, [edit]);
}

function firstRun(text: string) {
  const dockerfile = parseDockerfile(text);
  const run = dockerfile.instructions.find((each): each is RunInstruction => each.kind === "RUN")!;
  return { dockerfile, run };
}

describe("commands are appended in the author's style", () => {
  test.each([
    ["RUN a", "RUN a && x && y"],
    ["RUN a && b", "RUN a && b && x && y"],
    ["RUN a; b", "RUN a; b && x && y"],
    ["RUN set -e; a; b", "RUN set -e; a; b; x; y"],
    ["RUN a \\\n    && b", "RUN a \\\n    && b \\\n    && x \\\n    && y"],
    ["RUN a \\\n\t&& b", "RUN a \\\n\t&& b \\\n\t&& x \\\n\t&& y"],
    ["RUN a && \\\n    b", "RUN a && \\\n    b && \\\n    x && \\\n    y"],
    ["RUN a &&\\\n    b", "RUN a &&\\\n    b && \\\n    x && \\\n    y"],
    ["RUN set -eux; \\\n  a; \\\n  b", "RUN set -eux; \\\n  a; \\\n  b; \\\n  x; \\\n  y"],
    ["RUN set -eux; \\\n  a; \\\n  b;", "RUN set -eux; \\\n  a; \\\n  b; \\\n  x; \\\n  y;"],
    ["RUN a \\\n      one \\\n      two", "RUN a \\\n      one \\\n      two \\\n      && x \\\n      && y"],
    ["RUN a && b # why", "RUN a && b && x && y # why"],
    ["RUN a || true", "RUN a || true && x && y"],
    ["RUN if a; then b; fi", "RUN if a; then b; fi && x && y"],
    ["RUN <<EOF\na\nb\nEOF", "RUN <<EOF\na\nb && x && y\nEOF"],
    ["RUN <<EOF\nset -e\n  a\n  b\nEOF", "RUN <<EOF\nset -e\n  a\n  b\n  x\n  y\nEOF"],
    ["RUN cat <<EOF > f\ntext\nEOF", "RUN cat <<EOF > f && x && y\ntext\nEOF"],
    ['RUN ["bash", "-c", "a && b"]', 'RUN ["bash", "-c", "a && b && x && y"]'],
    ["ONBUILD RUN a", "ONBUILD RUN a && x && y"],
    ["RUN a \\\n # note\n && b", "RUN a \\\n # note\n && b \\\n && x \\\n && y"],
  ])("%j", (bad, good) => {
    for (const end of ["\n", "\r\n"]) {
      const text = `FROM i\n${bad}\n`.replaceAll("\n", end);
      const { dockerfile, run } = firstRun(text);
      expect(edited(text, appendCommands(dockerfile, run, ["x", "y"]))).toBe(
        `FROM i\n${good}\n`.replaceAll("\n", end),
      );
    }
  });

  test("with the file's own escape character", () => {
    const text = "# escape=`\nFROM i\nRUN a `\n  && b\n";
    const { dockerfile, run } = firstRun(text);
    expect(edited(text, appendCommands(dockerfile, run, ["x"]))).toBe(
      "# escape=`\nFROM i\nRUN a `\n  && b `\n  && x\n",
    );
  });

  test.each([
    "RUN a &",
    'RUN ["pip", "install"]',
    "RUN a && (",
    "RUN <<EOF\n#!/usr/bin/python3\na\nEOF",
    "RUN",
  ])("and not where they would not run, or nothing is sure: %j", (line) => {
    const { dockerfile, run } = firstRun(`FROM i\n${line}\n`);
    expect(appendCommands(dockerfile, run, ["x"])).toBeUndefined();
  });

  test("nor where the quoting cannot hold them", () => {
    const { dockerfile, run } = firstRun(`FROM i\nRUN ["bash", "-c", "a"]\n`);
    expect(appendCommands(dockerfile, run, ['rm "x"'])).toBeUndefined();
  });
});

describe("words are inserted behind another", () => {
  test.each([
    ["RUN apt-get install git", "RUN apt-get install -y git"],
    ["RUN apt-get install \\\n  git", "RUN apt-get install -y \\\n  git"],
    ['RUN ["apt-get", "install", "git"]', 'RUN ["apt-get", "install", "-y", "git"]'],
    [`RUN bash -c "apt-get install git"`, `RUN bash -c "apt-get install -y git"`],
    ['RUN ["sh", "-c", "apt-get install git"]', 'RUN ["sh", "-c", "apt-get install -y git"]'],
  ])("%j", (bad, good) => {
    const text = `FROM i\n${bad}\n`;
    const invocation = firstRun(text).run.shell.invocations.find(({ name }) => name === "apt-get")!;
    expect(edited(text, insertWords(invocation, invocation.args[0]!, ["-y"]))).toBe(`FROM i\n${good}\n`);
  });
});

describe("a command is removed with what joins it", () => {
  test.each([
    ["RUN x\nRUN b", "RUN b"],
    ["RUN x && b", "RUN b"],
    ["RUN a && x", "RUN a"],
    ["RUN a && x && b", "RUN a && b"],
    ["RUN a \\\n  && x \\\n  && b", "RUN a \\\n  && b"],
    ["RUN a && \\\n  x && \\\n  b", "RUN a && \\\n  b"],
    ["RUN x && \\\n  b", "RUN b"],
    ["RUN a; x; b", "RUN a; b"],
    ["RUN a; x", "RUN a"],
    ["RUN <<EOF\na\nx\nb\nEOF", "RUN <<EOF\na\nb\nEOF"],
  ])("%j", (bad, good) => {
    const text = `FROM i\n${bad}\n`;
    const { dockerfile, run } = firstRun(text);
    const invocation = run.shell.invocations.find(({ name }) => name === "x")!;
    expect(edited(text, removeCommand(dockerfile, run, invocation))).toBe(`FROM i\n${good}\n`);
  });

  test.each([
    "RUN a || x",
    "RUN if a; then x; fi",
    "RUN a | x",
    "RUN x &",
    "RUN (x)",
    "RUN a \\\n  # why\n  && x",
  ])("and left where taking it out would change more: %j", (line) => {
    const { dockerfile, run } = firstRun(`FROM i\n${line}\n`);
    const invocation = run.shell.invocations.find(({ name }) => name === "x")!;
    expect(removeCommand(dockerfile, run, invocation)).toBeUndefined();
  });
});
