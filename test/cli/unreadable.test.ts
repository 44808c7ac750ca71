import { chmodSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { jsonFiles } from "./json-files.ts";
import { type Folder, runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

const tenMegabytes = 10_000_000;

/** The message is on stderr and in the file's entry, and the other file is linted all the same. */
async function expectFailure(lab: Folder, message: string | RegExp, path = "Dockerfile"): Promise<void> {
  lab.write({ "z.Dockerfile": "RUN sudo\n" });
  const outcome = await program.run(lab.path, ["lint", "--format=json", path, "z.Dockerfile"]);
  expect(outcome.code).toBe(2);
  const [broken, other] = jsonFiles(outcome);
  expect(broken).toEqual({ path, error: expect.stringMatching(message), findings: [] });
  expect(outcome.stderr).toBe(`lab-images: ${broken?.error}\n`);
  expect(other).toMatchObject({ path: "z.Dockerfile", findings: [{ code: "demo/error" }] });
}

const exactly = (text: string) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

test("a path that is not there", () =>
  expectFailure(
    folder(),
    exactly("Dockerfile could not be read: there is no such file or folder; check the spelling of the path."),
  ));

test.skipIf(process.getuid?.() !== 0)(
  "a folder without permission: said at its image, the others go on",
  async () => {
    const lab = folder({
      "lab-images.json": '{ "images": { "locked": {}, "ok": {} } }',
      "locked/Dockerfile": "RUN x\n",
      "ok/Dockerfile": "FROM debian:12\n",
    });
    chmodSync(lab.at("locked"), 0o700);
    chmodSync(lab.path, 0o755);
    // The superuser may read anything.
    const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, program.path];
    chmodSync(dirname(program.path), 0o755);
    const graph = await runFile("setpriv", [...nobody, "graph"], lab.path);
    expect(graph).toMatchObject({ code: 1, stdout: expect.stringContaining("└─ ok   ok\n") });
    expect(graph.stderr).toBe(
      "lab-images: The folder locked may not be read, so this image cannot be built. Ask its owner for access, or take the image out of lab-images.json.\n",
    );
    const lint = await runFile("setpriv", [...nobody, "lint", "--format=json", "lab-images.json"], lab.path);
    expect(jsonFiles(lint)[0]?.findings).toMatchObject([
      { code: "image/cycle", message: expect.stringMatching(/^The folder locked may not be read, /) },
    ]);
  },
);

test("a path through a file", () =>
  expectFailure(folder({ a: "" }), /^a\/Dockerfile could not be read: /, "a/Dockerfile"));

test("a link that leads nowhere", () => {
  const lab = folder();
  symlinkSync("nowhere", lab.at("Dockerfile"));
  return expectFailure(
    lab,
    exactly(
      "Dockerfile could not be read: it is a symbolic link to a file that does not exist; point the link at one, or delete it.",
    ),
  );
});

test("links that lead round in a circle", () => {
  const lab = folder();
  symlinkSync("Dockerfile", lab.at("Dockerfile"));
  return expectFailure(lab, /lead round in a circle/);
});

test("a socket", async () => {
  const lab = folder();
  const server = createServer().listen(lab.at("Dockerfile"));
  try {
    await new Promise((resolve) => server.once("listening", resolve));
    await expectFailure(lab, exactly("Dockerfile was not checked: it is a socket, not a file; name a file."));
  } finally {
    server.close();
  }
});

test("a pipe, which is not waited for", async () => {
  const lab = folder();
  await runFile("mkfifo", ["Dockerfile"], lab.path);
  await expectFailure(lab, exactly("Dockerfile was not checked: it is a pipe, not a file; name a file."));
});

test.each([
  [
    "binary content",
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]),
    /^Dockerfile was not checked: it is binary \(a NUL byte at offset 4\)/,
  ],
  ["a NUL in text", "FROM x\0\n", /^Dockerfile was not checked: it is binary/],
  [
    "UTF-16, little end first",
    Buffer.from("\uFEFFFROM x\n", "utf16le"),
    /^Dockerfile was not checked: it is UTF-16 text, .* save it as UTF-8\.$/,
  ],
  ["UTF-16, big end first", Buffer.from("\uFEFFFROM x\n", "utf16le").swap16(), /UTF-16/],
  [
    "more than 10 MB",
    "#".repeat(tenMegabytes + 1_100_000),
    exactly("Dockerfile was not checked: it has 11.1 MB, and a file over 10 MB is not read; leave it out."),
  ],
])("%s", (_, content, message) => expectFailure(folder({ Dockerfile: content }), message));

test("10 MB are read", async () => {
  const lab = folder({ Dockerfile: "FROM x\n".padEnd(tenMegabytes, "# a line\n") });
  expect((await program.run(lab.path, ["lint"])).code).toBe(0);
});

test("an empty file is no failure", async () => {
  expect(await program.run(folder({ Dockerfile: "" }).path, ["lint"])).toEqual({
    code: 0,
    stdout: "No problems in 1 file\n",
    stderr: "",
  });
});

test("a rule that stumbles takes one file with it", () =>
  expectFailure(
    folder({ Dockerfile: "RUN EXPLODE\n" }),
    /^Dockerfile could not be checked: the rule stumbled\. .*please report/,
  ));

test("a folder named Dockerfile is searched as any other", async () => {
  const lab = folder({ "Dockerfile/Dockerfile.gpu": "RUN sudo\n" });
  expect(jsonFiles(await program.run(lab.path, ["lint", "--format=json"]))).toMatchObject([
    { path: "Dockerfile/Dockerfile.gpu" },
  ]);
});

test("as text, the failure goes to stderr and the summary counts it", async () => {
  const lab = folder({ Dockerfile: "\0", "z.Dockerfile": "RUN sudo\n" });
  const { code, stdout, stderr } = await program.run(lab.path, ["lint"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^lab-images: Dockerfile was not checked: .*\n$/);
  expect(stdout).toMatch(/\n\n1 problem \(1 error\) in 1 file; 1 file could not be checked\n$/);
});
