import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jsonFiles } from "./json-files.ts";
import { runFile, useFolders, useProgram } from "./program.ts";
import { validRun } from "./sarif-schema.ts";

const program = useProgram("fixture");
const folder = useFolders();

const at = (path: string, ...more: string[]) => ["lint", "--stdin", "--path", path, ...more];

describe("--stdin", () => {
  test("checks what comes in and not what is on disk", async () => {
    const lab = folder({ "base/Dockerfile": "RUN true\n" });
    const { code, stdout, stderr } = await program.pipe(lab.path, at("base/Dockerfile"), "RUN sudo\n");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^base\/Dockerfile:1:5: error: /);
  });

  test("with the lab of the path, which need not be there yet", async () => {
    const lab = folder({ "lab-images.json": '{ "rules": { "demo/error": "info" } }' });
    const outcome = await program.pipe(lab.path, at("base/Dockerfile", "--format=json"), "RUN sudo\n");
    expect(outcome.code).toBe(0);
    expect(jsonFiles(outcome)).toMatchObject([{ path: "base/Dockerfile", findings: [{ severity: "info" }] }]);
  });

  test("takes a path to a build script for one", async () => {
    const lab = folder();
    const outcome = await program.pipe(
      lab.path,
      at("build.sh", "--format=json"),
      'docker build -t "$NAME" .\n',
    );
    expect(jsonFiles(outcome)[0]?.findings.map(({ code }) => code)).toContain("script/unset-variable");
  });

  test("of a manifest is judged by what comes in, and not by the one on disk", async () => {
    const lab = folder({ "lab-images.json": '{ "registry": 5 }', "base/Dockerfile": "" });
    const right = '{ "registry": "r.io/lab", "images": { "base": {} } }';
    expect(await program.pipe(lab.path, at("lab-images.json"), right)).toEqual({
      code: 0,
      stdout: "No problems in 1 file\n",
      stderr: "",
    });
    const wrong = await program.pipe(lab.path, at("lab-images.json"), '{ "registry": 6 }');
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain("registry must be a text in quotes");
    expect(wrong.stderr).toBe("");
  });

  test.each([
    ["nothing", "", 0, ""],
    ["binary", "FROM x\0", 2, /^lab-images: Dockerfile was not checked: it is binary/],
    ["UTF-16", Buffer.from("\uFEFFFROM x\n", "utf16le"), 2, /it is UTF-16 text/],
    ["more than 10 MB", "#".repeat(10_000_001), 2, /was not checked: it has more than 10 MB/],
  ])("with %s is told as of a file", async (_, input, code, message) => {
    const outcome = await program.pipe(folder().path, at("Dockerfile"), input);
    expect(outcome.code).toBe(code);
    if (message === "") expect(outcome.stderr).toBe("");
    else expect(outcome.stderr).toMatch(message);
  });
});

test("--stdin of a program that never ends is refused, and not waited for", async () => {
  const child = spawn(process.execPath, [program.path, ...at("Dockerfile")], { cwd: folder().path });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  // The other end goes away while this is written.
  child.stdin.on("error", () => {}).write("RUN true\n".repeat(1_300_000));
  const [code] = await once(child, "close");
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/it has more than 10 MB/) });
});

describe("--stdin --fix", () => {
  test("gives the fixed text alone on standard output, and the report on standard error", async () => {
    const lab = folder({ Dockerfile: "RUN true\n" });
    const input = "\uFEFFRUN sudo apt install x\r\n# é";
    const { code, stdout, stderr } = await program.pipe(lab.path, at("Dockerfile", "--fix"), input);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "\uFEFFRUN sudo apt-get install x\r\n# é" });
    expect(stderr).toMatch(
      /^Fixed Dockerfile\n {2}Call apt-get \[demo\/warning\]\n\nDockerfile:1:5: error: /,
    );
    expect(lab.read("Dockerfile")).toBe("RUN true\n");
  });

  test("gives the text as it is where there is nothing to fix", async () => {
    expect(await program.pipe(folder().path, at("Dockerfile", "--fix"), "RUN true\n")).toEqual({
      code: 0,
      stdout: "RUN true\n",
      stderr: "No problems in 1 file\n",
    });
  });

  test.each(["json", "sarif"])("reports on standard error as it is asked to (%s)", async (format) => {
    const args = at("Dockerfile", "--fix", "--format", format);
    const { stdout, stderr } = await program.pipe(folder().path, args, "RUN apt install x # TODO\n");
    expect(stdout).toBe("RUN apt-get install x # TODO\n");
    const report = stderr.slice(stderr.indexOf("{"));
    if (format === "sarif") expect(validRun({ code: 0, stdout: report, stderr }).results).toHaveLength(1);
    else expect(JSON.parse(report).files[0].findings).toMatchObject([{ code: "demo/info" }]);
  });

  test("writes no other file: what the manifest would put right is left", async () => {
    const lab = folder({ "base/Dockerfile": "" });
    mkdirSync(lab.at(".git"));
    const { code, stdout, stderr } = await program.pipe(
      lab.path,
      at("base/Dockerfile", "--fix"),
      "ARG A\nRUN apt install x\n",
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "ARG A\nRUN apt-get install x\n" });
    expect(stderr).toContain("Nothing gives A a value");
    expect(stderr).not.toContain("lab-images.json\n");
    expect(readdirSync(lab.path).sort()).toEqual([".git", "base"]);
  });

  test("says why it cannot fix what is no UTF-8, and fails", async () => {
    const input = Buffer.from("# caf\xe9\nRUN apt install x\n", "latin1");
    const { code, stderr } = await program.pipe(folder().path, at("Dockerfile", "--fix"), input);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^lab-images: Dockerfile was not fixed: it holds bytes that are not UTF-8/);
    expect(stderr).toContain("Dockerfile:2:5: warning: ");
    expect(stderr).not.toContain("Fixed");
  });

  test.each([
    ["binary", Buffer.from("RUN apt install x\0\n")],
    ["no UTF-8", Buffer.from("# caf\xe9\nRUN apt install x\n", "latin1")],
    ["what a rule stumbles over", Buffer.from("RUN apt install EXPLODE\n")],
  ])("gives back byte for byte what cannot be fixed: %s", async (_, input) => {
    const script = `"${process.execPath}" "${program.path}" lint --stdin --fix --path Dockerfile | od -An -v -tx1`;
    const { stdout } = await runFile("sh", ["-c", script], folder().path, {}, input);
    expect(stdout.replace(/\s/g, "")).toBe(input.toString("hex"));
  });
});
