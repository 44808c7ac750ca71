import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";

const head = "FROM ubuntu:22.04\n";
const tail = "ENV A b\n";

/** What is said of parts that were not checked: the words at fault, cut short, and the message. */
function unread(text: string): [words: string, severity: string, message: string][] {
  return findings(text)
    .filter(({ code }) => code === "syntax/not-checked")
    .map(({ span, severity, message }) => [
      text.slice(span.start, Math.min(span.end, span.start + 8)),
      severity,
      message,
    ]);
}

function findings(text: string) {
  return lint({ dockerfile: parseDockerfile(text), lab: noLab }, allRules);
}

function codes(text: string): string[] {
  return findings(text).map(({ code }) => code);
}

describe("a line is read up to Docker's limit of 65,535 bytes", () => {
  const line = (bytes: number) => "RUN apt-get install -y git".padEnd(bytes, " #");

  test("and one that is longer is an error and not checked; what stands around it is", () => {
    expect(unread(`${head}${line(65_535)}\n${tail}`)).toEqual([]);
    expect(codes(`${head}${line(65_535)}\n`)).toContain("apt/update-in-same-run");
    const text = `${head}${line(65_536)}\n${tail}`;
    expect(unread(text)).toEqual([
      ["RUN apt-", "error", expect.stringMatching(/65,535 bytes.*refuses the file/)],
    ]);
    expect(codes(text)).toEqual(["syntax/not-checked", "env/legacy-format"]);
  });

  test("which are counted as UTF-8", () => {
    expect(unread(`${head}# ${"é".repeat(32_766)}\n`)).toEqual([]);
    expect(unread(`${head}# ${"é".repeat(32_767)}\n`)).toHaveLength(1);
  });

  test("wherever it is: in a comment, between continuation lines, in a here-document", () => {
    const long = "#".repeat(70_000);
    for (const text of [
      `${long}\n`,
      `RUN a \\\n${long}\n b\n`,
      `RUN <<EOF\n${long}\nEOF\n`,
      `COPY <<EOF /a\n${long}\nEOF\n`,
    ])
      expect(unread(head + text), text.slice(0, 10)).toHaveLength(1);
  });
});

describe("a command is read up to Linux's limit of an argument, 131,071 bytes", () => {
  const command = (lines: number) => `RUN apt-get install -y \\\n${"  package \\\n".repeat(lines)}  git\n`;

  test("and one that is longer is an error and not checked", () => {
    expect(unread(head + command(11_000))).toEqual([]);
    const text = head + command(14_000) + tail;
    expect(unread(text)).toEqual([["RUN", "error", expect.stringMatching(/131,071 bytes.*the build fails/)]]);
    expect(codes(text)).toEqual(["syntax/not-checked", "env/legacy-format"]);
  });

  test("a here-document too; but not one that another program reads, which is a file to it", () => {
    const body = "# why\n".repeat(30_000);
    expect(unread(`${head}RUN <<EOF\n${body}EOF\n`)).toHaveLength(1);
    expect(unread(`${head}RUN <<EOF\n#!/usr/bin/env python3\n${body}EOF\n`)).toEqual([]);
    expect(unread(`${head}COPY <<EOF /a\n${body}EOF\n`)).toEqual([]);
  });

  test("any other instruction of that length is not checked either, but is no error", () => {
    const text = `${head}COPY \\\n${"  a \\\n".repeat(50_000)} /b\n`;
    expect(unread(text)).toEqual([["COPY", "info", expect.stringContaining("was not checked")]]);
  });
});

describe("so many programs are looked into", () => {
  test("of one RUN", () => {
    const run = (count: number) => `RUN ${" \\\ntrue;".repeat(count)} pip install x ${"#".repeat(60_000)}\n`;
    expect(codes(head + run(1_500))).toContain("pip/no-cache-dir");
    expect(unread(head + run(2_100))).toEqual([["RUN", "info", expect.stringMatching(/2,000 programs/)]]);
  });

  test("of one file, which is said once", () => {
    const run = `RUN ${" \\\ntrue;".repeat(1_900)} true\n`;
    expect(unread(head + run.repeat(5))).toEqual([]);
    expect(unread(head + run.repeat(12))).toEqual([
      ["RUN", "info", expect.stringMatching(/10,000 programs/)],
    ]);
  });
});

test("so many instructions are checked, which is said once", () => {
  expect(unread(head + tail.repeat(2_499))).toEqual([]);
  const text = `${head}${tail.repeat(7_000)}`;
  expect(unread(text)).toEqual([["ENV", "info", expect.stringMatching(/first 2,500 instructions/)]]);
  expect(codes(text).filter((code) => code === "env/legacy-format")).toHaveLength(2_499);
});

describe("what is nested so deep that it is left alone is said", () => {
  test.each([
    ["( … )", `RUN ${"(".repeat(300)}pip install x${")".repeat(300)}\n`],
    ["$( … )", `RUN echo ${"$(".repeat(300)}pip install x${")".repeat(300)}\n`],
    ["never closed", `RUN ${"{ ".repeat(300)}pip install x\n`],
  ])("%s", (_, run) => {
    expect(unread(`${head}${run}${tail}`)).toEqual([
      ["RUN", "info", expect.stringMatching(/nested too deep/)],
    ]);
    expect(codes(`${head}${run}${tail}`)).toContain("env/legacy-format");
  });

  test("and what people write is checked", () => {
    const run = `RUN ${"if a; then (".repeat(10)}pip install x${"); fi".repeat(10)}\n`;
    expect(codes(head + run)).toEqual(["pip/no-cache-dir"]);
  });
});

describe("a carriage return alone is no line end for Docker", () => {
  test.each([
    ["in the whole file", "FROM ubuntu:22.04\rRUN apt-get update\r", "RUN"],
    ["in one place", "FROM ubuntu:22.04\r\nRUN a\r  env A b\r\n", "env"],
  ])("%s", (_, text, keyword) => {
    expect(unread(text)).toEqual([[keyword, "error", expect.stringMatching(/carriage return alone/)]]);
  });

  test("where no instruction stands behind it, it is a blank", () => {
    expect(unread("FROM ubuntu:22.04\r\nRUN a\r\n\r\nRUN echo 'a\rb'\r\n# old\r Mac\n")).toEqual([]);
  });
});

test("it cannot be suppressed, for it is said of the check and not of the file", () => {
  expect(unread(`# lab-images ignore-file=syntax/not-checked\n${head}#${"#".repeat(70_000)}\n`)).toHaveLength(
    1,
  );
});
