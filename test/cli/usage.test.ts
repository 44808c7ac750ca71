import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { productVersion, runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

test("a Node that is too old is said before anything begins", async () => {
  const { path } = folder({
    "old.cjs": `for (const [at, name, value] of [[process.versions, "node", "18.20.8"], [process, "version", "v18.20.8"]])
      Object.defineProperty(at, name, { value });`,
    Dockerfile: "FROM ubuntu\n",
  });
  expect(await runFile(process.execPath, ["--require", "./old.cjs", program.path, "lint"], path)).toEqual({
    code: 2,
    stdout: "",
    stderr: "lab-images: Node v18.20.8 is too old: Node 20 or later is needed.\n",
  });
});

describe("help and version", () => {
  test.each([[["--help"]], [["-h"]], [["help"]]])("%j shows the commands", async (args) => {
    const { code, stdout, stderr } = await program.run(folder().path, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: lab-images <command>[\s\S]*\n {2}lint [\s\S]*\n {2}explain /);
  });

  test.each([[["lint", "--help"]], [["lint", "-h", "nowhere"]], [["help", "lint"]]])(
    "%j shows every option of lint",
    async (args) => {
      const { code, stdout, stderr } = await program.run(folder().path, args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      for (const option of [
        "--format text|json|sarif",
        "--fix",
        "--fail-on error|warning|info",
        "--rule <code>",
        "--explain <code>",
        "--stdin --path <path>",
        "--version",
      ])
        expect(stdout).toContain(option);
    },
  );

  test.each([[["--version"]], [["-v"]], [["lint", "--version"]]])("%j shows the version", async (args) => {
    expect(await program.run(folder().path, args)).toEqual({
      code: 0,
      stdout: `${productVersion}\n`,
      stderr: "",
    });
  });
});

describe("bad usage is said on stderr with the usage, exit code 2", () => {
  test.each([
    [[], "say what to do."],
    [["lnit"], 'there is no command "lnit"; did you mean "lint"?'],
    [["zzzzz"], 'there is no command "zzzzz".'],
    [["--verison"], 'there is no option "--verison"; did you mean "--version"?'],
    [["lint", "--formt", "json"], 'there is no option "--formt"; did you mean "--format"?'],
    [["lint", "--Fix"], 'there is no option "--Fix"; did you mean "--fix"?'],
    [["lint", "--fail-no=info"], 'there is no option "--fail-no"; did you mean "--fail-on"?'],
    [["lint", "--fail"], 'there is no option "--fail"; did you mean "--fail-on"?'],
    [["lint", "--json"], 'there is no option "--json"; did you mean "--format json"?'],
    [["lint", "--constructor"], 'there is no option "--constructor".'],
    [["lint", "-x"], 'there is no option "-x".'],
    [["lint", "--fix=yes"], "--fix takes no value; write --fix alone."],
    [["lint", "--format"], "--format needs a value: text, json or sarif."],
    [["lint", "--format", "jsno"], '--format takes text, json or sarif, not "jsno"; did you mean "json"?'],
    [["lint", "--format=xml"], '--format takes text, json or sarif, not "xml".'],
    [["lint", "--fail-on", "hint"], '--fail-on takes error, warning or info, not "hint".'],
    [["lint", ""], "a path is empty; leave it out to search the current folder."],
    [["lint", "--rule"], "--rule needs a rule's code, such as demo/error."],
    [["lint", "--rule", "demo/eror"], 'there is no rule "demo/eror"; did you mean "demo/error"?'],
    [["lint", "--rule=hint"], 'there is no rule "hint"; did you mean "demo/hint"?'],
    [["lint", "--rule", "zz"], 'there is no rule "zz"; "lab-images explain" lists them all.'],
    [["lint", "--explain"], "--explain needs a rule's code, such as demo/error."],
    [
      ["lint", "--stdin"],
      "--stdin needs --path too: the file that the text stands in, such as base/Dockerfile.",
    ],
    [["lint", "--path", "x"], "--path goes with --stdin; to check a file on disk, write its path alone."],
    [["lint", "--stdin", "--path"], "--path needs a value: the file that the text stands in."],
    [
      ["lint", "--stdin", "--path=x", "y"],
      '--stdin checks only what it is given; leave "y" out, or --stdin.',
    ],
    [["explain", "--al"], 'there is no option "--al".'],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await program.run(folder({ Dockerfile: "RUN sudo\n" }).path, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n")[0]).toBe(`lab-images: ${message}`);
    expect(stderr).toContain("\nUsage: lab-images ");
  });

  test("changes nothing, also with --fix", async () => {
    const lab = folder({ Dockerfile: "RUN apt install x\n" });
    expect((await program.run(lab.path, ["lint", "--fix", "--fxi"])).code).toBe(2);
    expect(lab.read("Dockerfile")).toBe("RUN apt install x\n");
  });
});

describe("the exit code", () => {
  test.each([
    ["RUN true", [], 0],
    ["RUN sudo", [], 1],
    ["RUN apt install x", [], 1],
    ["RUN apt install x", ["--fail-on", "error"], 0],
    ["RUN apt install x", ["--fail-on=info"], 1],
    ["# TODO", [], 0],
    ["# TODO", ["--fail-on", "warning"], 0],
    ["# TODO", ["--fail-on", "info"], 1],
    ["# perhaps", ["--fail-on", "info"], 0],
    ["RUN sudo", ["--fail-on", "info", "--fail-on", "error"], 1],
  ])("of %j with %j is %i", async (line, args, expected) => {
    const lab = folder({ Dockerfile: `FROM scratch\n${line}\n` });
    expect((await program.run(lab.path, ["lint", ...args])).code).toBe(expected);
    expect((await program.run(lab.path, ["lint", "--format=json", ...args])).code).toBe(expected);
  });

  test("a path behind -- may look like an option", async () => {
    const lab = folder({ "--fix": "RUN apt install x\n" });
    expect((await program.run(lab.path, ["lint", "--", "--fix"])).code).toBe(1);
    expect(lab.read("--fix")).toBe("RUN apt install x\n");
  });
});

describe("the output", () => {
  test("of a great many findings is complete in a pipe", async () => {
    const lab = folder({ Dockerfile: `FROM scratch\n${"RUN sudo && sudo\n".repeat(2000)}` });
    const { code, stdout } = await program.run(lab.path, ["lint", "--format", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).files[0].findings).toHaveLength(4000);
  });

  test.each(["text", "json", "sarif"])("may lose its reader (%s)", async (format) => {
    const lab = folder({ Dockerfile: `FROM scratch\n${"RUN sudo\n".repeat(5000)}` });
    const child = spawn(process.execPath, [program.path, "lint", `--format=${format}`], { cwd: lab.path });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });

  test.skipIf(process.platform !== "linux")("that cannot be written is reported", async () => {
    const lab = folder({ Dockerfile: "RUN true\n" });
    const command = `"${process.execPath}" "${program.path}" lint > /dev/full`;
    const { code, stderr } = await runFile("sh", ["-c", command], lab.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^lab-images: the output could not be written: .*\n$/);
  });
});

test("the bundle holds nothing of the editor", () => {
  expect(program.inputs.filter((input) => input.includes("vscode"))).toEqual([]);
});
