import { describe, expect, test } from "vitest";
import { noninteractive } from "../../../../server/rules/apt/noninteractive.ts";
import { fixed, testRule, wordsAtFault } from "../check-rule.ts";
import { labWith } from "../lab-with-base.ts";

testRule(noninteractive);

const from = "FROM ubuntu:22.04\n";

describe("apt/noninteractive", () => {
  test.each([
    [
      "in a here-document",
      "RUN <<EOF\nset -e\napt-get update\napt-get install -y tzdata\nEOF\n",
      "RUN <<EOF\nset -e\napt-get update\nDEBIAN_FRONTEND=noninteractive apt-get install -y tzdata\nEOF\n",
    ],
    [
      "in bash -c",
      'RUN bash -c "apt-get update && apt-get install -y tzdata"\n',
      'RUN bash -c "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata"\n',
    ],
    [
      "set for another command",
      "RUN DEBIAN_FRONTEND=noninteractive apt-get update && apt-get install -y tzdata\n",
      "RUN DEBIAN_FRONTEND=noninteractive apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata\n",
    ],
    [
      "behind another setting",
      "RUN TZ=UTC apt-get install -y tzdata\n",
      "RUN TZ=UTC DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata\n",
    ],
    [
      "the last of several variables",
      "ENV LANG=C.UTF-8 \\\n    DEBIAN_FRONTEND=noninteractive\n",
      "ARG DEBIAN_FRONTEND=noninteractive\nENV LANG=C.UTF-8\n",
    ],
    [
      "quoted, lower case",
      'env DEBIAN_FRONTEND="noninteractive"\n',
      'arg DEBIAN_FRONTEND="noninteractive"\n',
    ],
  ])("is mended: %s", (_, bad, good) => {
    expect(wordsAtFault(noninteractive, from + bad)).toHaveLength(1);
    expect(fixed(noninteractive, from + bad)).toBe(from + good);
  });

  test("a comment between the variables is not lost", () => {
    const text = `${from}ENV DEBIAN_FRONTEND=noninteractive \\\n    # time zone\n    TZ=UTC\n`;
    expect(wordsAtFault(noninteractive, text)).toEqual(["DEBIAN_FRONTEND=noninteractive"]);
    expect(fixed(noninteractive, text)).toBe(text);
  });

  test("once asked, a package is installed", () => {
    const text = `${from}RUN apt-get install -y tzdata\nRUN apt-get install -y tzdata\n`;
    expect(wordsAtFault(noninteractive, text)).toEqual(["tzdata"]);
  });

  test("the variable made an ARG is in force in the stages that build on it", () => {
    const text =
      "FROM ubuntu:22.04 AS base\nENV DEBIAN_FRONTEND=noninteractive\nFROM base\nRUN apt-get install -y tzdata\n";
    const after = text.replace("ENV", "ARG");
    expect(fixed(noninteractive, text)).toBe(after);
    expect(wordsAtFault(noninteractive, after)).toEqual([]);
  });

  test.each([
    ["exported", "RUN export DEBIAN_FRONTEND=noninteractive && apt-get install -y tzdata\n"],
    [
      "answered beforehand",
      "RUN echo 'tzdata tzdata/Areas select Europe' | debconf-set-selections && apt-get install -y tzdata\n",
    ],
    ["the files of the time zone", "RUN echo UTC > /etc/timezone\nRUN apt-get install -y tzdata\n"],
    [
      "the same in a here-document",
      "RUN <<EOF\necho UTC > /etc/timezone\nEOF\nRUN apt-get install -y tzdata\n",
    ],
    [
      "the same in the script of another shell",
      "RUN bash <<EOF\necho UTC > /etc/timezone\napt-get install -y tzdata\nEOF\n",
    ],
    ["fed by a pipe", "RUN yes | apt-get install -y tzdata\n"],
    ["another word for it", "ARG DEBIAN_FRONTEND=teletype\nRUN apt-get install -y tzdata\n"],
    ["packages that ask nothing", "RUN apt-get install -y git cmake\n"],
    ["only looked at", "RUN apt-get install -s tzdata\n"],
  ])("leaves alone what is %s", (_, text) => {
    expect(wordsAtFault(noninteractive, from + text)).toEqual([]);
  });

  test("what ONBUILD sets stays in the image that builds on this one", () => {
    const text = `${from}ONBUILD ENV DEBIAN_FRONTEND=noninteractive\n`;
    expect(wordsAtFault(noninteractive, text)).toEqual(["DEBIAN_FRONTEND=noninteractive"]);
    expect(wordsAtFault(noninteractive, `${text}ONBUILD ENV DEBIAN_FRONTEND=\n`)).toEqual([]);
  });

  test("a base of which nothing is known", () => {
    expect(wordsAtFault(noninteractive, "FROM group/base:1\nRUN apt-get install -y tzdata\n")).toEqual([]);
  });
});

describe("what brings tzdata", () => {
  test("asks too, where the file answers nowhere", () => {
    const text = `${from}RUN apt-get update && apt-get install -y python3-tk postgresql\n`;
    expect(wordsAtFault(noninteractive, text)).toEqual(["python3-tk"]);
    expect(fixed(noninteractive, text)).toBe(
      text.replace("apt-get install", "DEBIAN_FRONTEND=noninteractive apt-get install"),
    );
  });

  test.each([
    `${from}RUN DEBIAN_FRONTEND=noninteractive apt-get install -y git\nRUN apt-get install -y python3-tk\n`,
    `${from}ENV TZ=UTC\nRUN ln -snf /usr/share/zoneinfo/$TZ /etc/localtime && apt-get install -y tzdata expect\n`,
    "FROM debian:12\nRUN apt-get install -y python3-tk\n",
    "FROM nvcr.io/nvidia/pytorch:25.10-py3\nRUN apt-get install -y expect\n",
    `${from}RUN apt-get install -y postgresql-client tkinter-x\n`,
  ])("is not found: %s", (text) => {
    expect(wordsAtFault(noninteractive, text)).toEqual([]);
  });

  test("is not found on an image of the lab, which may have it", () => {
    const text = "FROM lab/base:1\nRUN apt-get install -y expect\n";
    expect(wordsAtFault(noninteractive, text, labWith(from))).toEqual([]);
  });
});
