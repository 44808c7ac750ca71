import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { failureText } from "../../../cli/build/failure-text.ts";
import type { BuildFailure } from "../../../engine/build/build-event.ts";

interface Pattern {
  readonly regexp: string;
  readonly file: number;
  readonly line: number;
  readonly column: number;
  readonly severity: number;
  readonly message: number;
  readonly code: number;
}

const { problemMatchers } = JSON.parse(readFileSync("package.json", "utf8")).contributes;
const pattern = problemMatchers[0].pattern as Pattern;
const regexp = new RegExp(pattern.regexp);

/** What VS Code takes from a line. */
function problemIn(line: string) {
  const match = regexp.exec(line);
  if (!match) return undefined;
  const { file, line: at, column, severity, message, code } = pattern;
  return [match[file], match[at], match[column], match[severity], match[message], match[code]];
}

test("findings that lint prints are problems", () => {
  expect(problemIn("base/Dockerfile:2:5: warning: Calls apt; call apt-get. [apt/prefer-apt-get]")).toEqual([
    "base/Dockerfile",
    "2",
    "5",
    "warning",
    "Calls apt; call apt-get.",
    "apt/prefer-apt-get",
  ]);
  expect(problemIn("C:\\lab\\Dockerfile:12:3: error: No. [env/secret]")?.slice(0, 3)).toEqual([
    "C:\\lab\\Dockerfile",
    "12",
    "3",
  ]);
  for (const line of [
    "  2 | RUN apt install x",
    "2 problems (1 error, 1 warning) in 1 file",
    "Fixed base/Dockerfile",
  ])
    expect(problemIn(line)).toBeUndefined();
});

test("the instruction that failed in a build is a problem; what its command prints is none", () => {
  const failure: BuildFailure = {
    ok: false,
    cause: "dockerfile",
    what: "“RUN exit 3” ended with exit code 3 (Dockerfile line 2)",
    steps: [],
    lines: { start: 2, end: 2 },
    step: undefined,
    exitCode: 3,
    output: [],
    duration: 0,
  };
  const text = failureText(failure, { shown: "base/Dockerfile", text: "FROM busybox\nRUN exit 3\n" }, false);
  expect(text.split("\n").flatMap((line) => problemIn(line) ?? [])).toEqual([
    "base/Dockerfile",
    "2",
    undefined,
    "error",
    "“RUN exit 3” ended with exit code 3",
    undefined,
  ]);
  expect(problemIn("#7 0.795 main.c:3:1: error: expected ;")).toBeUndefined();
  expect(problemIn("base | #7 0.795 main.c:3:1: error: expected ;")).toBeUndefined();
});
