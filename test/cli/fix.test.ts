import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jsonFiles } from "./json-files.ts";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

describe("--fix", () => {
  test("applies what needs no decision, says what it changed, and shows what is left", async () => {
    const lab = folder({
      "base/Dockerfile": "FROM scratch\nRUN apt install x\nRUN apt install y # TODO\n",
      "fine/Dockerfile": "FROM scratch\n",
      "pytorch/Dockerfile": "RUN sudo apt install z\n",
    });
    const { code, stdout, stderr } = await program.run(lab.path, ["lint", "--fix"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toBe(`\
Fixed base/Dockerfile
  Call apt-get [demo/warning], 2 times
Fixed pytorch/Dockerfile
  Call apt-get [demo/warning]

base/Dockerfile:3:25: info: Is not done; do it. [demo/info]
  3 | RUN apt-get install y # TODO
    |                         ^^^^

pytorch/Dockerfile:1:5: error: Runs sudo, which a build never needs; leave it out. [demo/error]
  1 | RUN sudo apt-get install z
    |     ^^^^

3 problems fixed; 2 problems (1 error, 1 info) in 2 files; 1 has a fix to choose in the editor
`);
    expect(lab.read("base/Dockerfile")).toBe(
      "FROM scratch\nRUN apt-get install x\nRUN apt-get install y # TODO\n",
    );
    expect(lab.read("pytorch/Dockerfile")).toBe("RUN sudo apt-get install z\n");
  });

  test("that clears everything exits with 0, and again changes nothing", async () => {
    const lab = folder({ Dockerfile: "RUN apt install x\n" });
    expect(await program.run(lab.path, ["lint", "--fix"])).toEqual({
      code: 0,
      stdout: "Fixed Dockerfile\n  Call apt-get [demo/warning]\n\n1 problem fixed; no problems in 1 file\n",
      stderr: "",
    });
    const { ino, mtimeMs } = statSync(lab.at("Dockerfile"));
    expect((await program.run(lab.path, ["lint", "--fix"])).stdout).toBe("No problems in 1 file\n");
    expect(statSync(lab.at("Dockerfile"))).toMatchObject({ ino, mtimeMs });
  });

  test.each(["json", "sarif"])("keeps stdout for the findings (%s)", async (format) => {
    const lab = folder({ Dockerfile: "RUN apt install x # TODO\n" });
    const { code, stdout, stderr } = await program.run(lab.path, ["lint", "--fix", `--format=${format}`]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "Fixed Dockerfile\n  Call apt-get [demo/warning]\n",
    });
    expect(JSON.stringify(JSON.parse(stdout))).toContain("demo/info");
    expect(stdout).not.toContain("Calls apt");
  });

  test("keeps the byte order mark, CRLF and a missing last line end", async () => {
    const lab = folder({ Dockerfile: "\uFEFFFROM x\r\nRUN apt install x\r\n# é" });
    await program.run(lab.path, ["lint", "--fix"]);
    expect(lab.read("Dockerfile")).toBe("\uFEFFFROM x\r\nRUN apt-get install x\r\n# é");
  });

  test("keeps the file's mode and owner, replaces it whole, and leaves nothing beside it", async () => {
    const lab = folder({ Dockerfile: "RUN apt install x\n" });
    chmodSync(lab.at("Dockerfile"), 0o754);
    const before = statSync(lab.at("Dockerfile"));
    await program.run(lab.path, ["lint", "--fix"]);
    const after = statSync(lab.at("Dockerfile"));
    expect(after).toMatchObject({ mode: before.mode, uid: before.uid, gid: before.gid });
    expect(after.ino).not.toBe(before.ino);
    expect(readdirSync(lab.path)).toEqual(["Dockerfile"]);
  });

  test("writes what a symbolic link leads to, and keeps the link", async () => {
    const lab = folder({ "a/recipe": "RUN apt install x\n" });
    mkdirSync(lab.at("b"));
    symlinkSync("../a/recipe", lab.at("b/Dockerfile"));
    await program.run(lab.path, ["lint", "--fix", "b"]);
    expect(lstatSync(lab.at("b/Dockerfile")).isSymbolicLink()).toBe(true);
    expect(lab.read("a/recipe")).toBe("RUN apt-get install x\n");
    expect(readdirSync(lab.at("b"))).toEqual(["Dockerfile"]);
  });
});

describe("a fix of the manifest", () => {
  test("creates lab-images.json, one argument after the other, of every image", async () => {
    const lab = folder({
      "base/Dockerfile": "ARG A\nARG B\nRUN apt install x\n",
      "pytorch/Dockerfile": "ARG C\n",
    });
    mkdirSync(lab.at(".git"));
    const { code, stdout, stderr } = await program.run(lab.path, ["lint", "--fix"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`\
Fixed base/Dockerfile
  Call apt-get [demo/warning]
Fixed lab-images.json
  Give A a value [demo/manifest]
  Give B a value [demo/manifest]
  Give C a value [demo/manifest]

4 problems fixed; no problems in 2 files
`);
    expect(JSON.parse(lab.read("lab-images.json"))).toEqual({
      images: { base: { args: { A: "value", B: "value" } }, pytorch: { args: { C: "value" } } },
    });
  });

  test("changes one that is there", async () => {
    const lab = folder({ "base/Dockerfile": "ARG A\n", "lab-images.json": '{ "registry": "r" }' });
    await program.run(lab.path, ["lint", "--fix"]);
    expect(JSON.parse(lab.read("lab-images.json"))).toEqual({
      registry: "r",
      images: { base: { args: { A: "value" } } },
    });
  });

  test("changes one with a byte order mark, and keeps the mark", async () => {
    const lab = folder({ "base/Dockerfile": "ARG A\n", "lab-images.json": '\uFEFF{ "registry": "r" }' });
    const { code, stderr } = await program.run(lab.path, ["lint", "--fix"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(lab.read("lab-images.json")).toMatch(/^\uFEFF\{[^\uFEFF]*"A": "value"/);
  });

  test("does not touch one that is read-only, and says so once", async () => {
    const lab = folder({ "base/Dockerfile": "ARG A\nRUN apt install x\n", "lab-images.json": "{}" });
    chmodSync(lab.at("lab-images.json"), 0o444);
    const { code, stdout, stderr } = await program.run(lab.path, ["lint", "--fix"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      "lab-images: lab-images.json was not changed: it is read-only; make it writable (chmod u+w) and run again.\n",
    );
    expect(stdout).toContain("base/Dockerfile:1:5: warning: Nothing gives A a value");
    expect(lab.read("lab-images.json")).toBe("{}");
    expect(lab.read("base/Dockerfile")).toContain("apt-get");
  });
});

describe("a file that cannot be fixed is left as it is and reported", () => {
  test("when it is read-only; the others are fixed", async () => {
    const lab = folder({ "a.Dockerfile": "RUN apt install x\n", "b.Dockerfile": "RUN apt install x\n" });
    chmodSync(lab.at("a.Dockerfile"), 0o444);
    const outcome = await program.run(lab.path, ["lint", "--fix", "--format=json"]);
    expect(outcome.code).toBe(2);
    const why = "a.Dockerfile was not fixed: it is read-only; make it writable (chmod u+w) and run again.";
    expect(outcome.stderr.split("\n")[0]).toBe(`lab-images: ${why}`);
    expect(jsonFiles(outcome)).toMatchObject([
      { path: "a.Dockerfile", error: why, findings: [{ code: "demo/warning" }] },
      { path: "b.Dockerfile", findings: [] },
    ]);
    expect(lab.read("a.Dockerfile")).toBe("RUN apt install x\n");
    expect(lab.read("b.Dockerfile")).toBe("RUN apt-get install x\n");
  });

  test("when someone has saved it meanwhile", async () => {
    const lab = folder({ Dockerfile: "RUN apt install x # RACE\n" });
    const { code, stderr } = await program.run(lab.path, ["lint", "--fix"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      "lab-images: Dockerfile was not fixed: it has changed on disk since it was read; run again.\n",
    );
    expect(lab.read("Dockerfile")).toBe("# saved meanwhile\n");
    expect(readdirSync(lab.path)).toEqual(["Dockerfile"]);
  });

  test("when it holds bytes that are no UTF-8; it is linted all the same", async () => {
    const bytes = Buffer.from("# caf\xe9\nRUN apt install x\n", "latin1");
    const lab = folder({ Dockerfile: bytes });
    expect((await program.run(lab.path, ["lint"])).code).toBe(1);
    const { code, stderr } = await program.run(lab.path, ["lint", "--fix"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Dockerfile was not fixed: it holds bytes that are not UTF-8");
    expect(readFileSync(lab.at("Dockerfile")).equals(bytes)).toBe(true);
  });

  test("without --fix nothing is written at all", async () => {
    const lab = folder({ "base/Dockerfile": "ARG A\nRUN apt install x\n" });
    await program.run(lab.path, ["lint"]);
    expect(lab.read("base/Dockerfile")).toBe("ARG A\nRUN apt install x\n");
    expect(readdirSync(lab.path)).toEqual(["base"]);
  });
});
