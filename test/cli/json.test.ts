import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

const at = (line: number, start: number, end: number) => ({
  start: { line, character: start },
  end: { line, character: end },
});

test("a finding has its code, severity, message, range and fix, and nothing else", async () => {
  const lab = folder({
    "base/Dockerfile": "FROM scratch\r\nRUN sudo apt install x # TODO 😀 perhaps\r\n",
    "pytorch/Dockerfile": "FROM base\n",
  });
  const { code, stdout, stderr } = await program.run(lab.path, ["lint", "--format", "json"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    files: [
      {
        path: "base/Dockerfile",
        findings: [
          {
            code: "demo/error",
            severity: "error",
            message: "Runs sudo, which a build never needs; leave it out.",
            range: at(1, 4, 8),
            fix: null,
          },
          {
            code: "demo/warning",
            severity: "warning",
            message: "Calls apt; call apt-get.",
            range: at(1, 9, 12),
            fix: {
              title: "Call apt-get",
              automatic: true,
              edits: [{ range: at(1, 9, 12), newText: "apt-get" }],
            },
          },
          {
            code: "demo/info",
            severity: "info",
            message: "Is not done; do it.",
            range: at(1, 25, 29),
            fix: {
              title: "Say it is done",
              automatic: false,
              edits: [{ range: at(1, 25, 29), newText: "DONE" }],
            },
          },
          { code: "demo/hint", severity: "hint", message: "Is not sure.", range: at(1, 33, 40), fix: null },
        ],
      },
      { path: "pytorch/Dockerfile", findings: [] },
    ],
  });
});

test("a range may span lines, and a byte order mark is no character", async () => {
  const lab = folder({ Dockerfile: "\uFEFFRUN BEGIN \\\n  END\n" });
  const { stdout } = await program.run(lab.path, ["lint", "--format", "json"]);
  expect(JSON.parse(stdout).files[0].findings[0].range).toEqual({
    start: { line: 0, character: 4 },
    end: { line: 1, character: 5 },
  });
});

test("a fix of another file has that file's path and text instead of edits", async () => {
  const lab = folder({ "base/Dockerfile": "ARG BASE\n" });
  mkdirSync(lab.at(".git"));
  const { stdout } = await program.run(lab.path, ["lint", "--format", "json"]);
  expect(JSON.parse(stdout).files[0].findings[0].fix).toEqual({
    title: "Give BASE a value",
    automatic: true,
    edits: [],
    otherFile: {
      path: "lab-images.json",
      text: `${JSON.stringify({ images: { base: { args: { BASE: "value" } } } }, undefined, 2)}\n`,
    },
  });
});

test("what went wrong beside single files stands there too", async () => {
  const lab = folder({ "base/Dockerfile": "RUN true\n", "lab-images.json": '{ "registry": 5 }' });
  const { code, stdout } = await program.run(lab.path, ["lint", "--format", "json", "base"]);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    errors: [expect.stringContaining("registry must be a text in quotes")],
    files: [{ path: "base/Dockerfile", findings: [] }],
  });
});
