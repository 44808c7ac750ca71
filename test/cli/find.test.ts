import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonPaths } from "./json-files.ts";
import { type Folder, runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

async function found(lab: Folder, ...paths: string[]): Promise<string[]> {
  return jsonPaths(await program.run(lab.path, ["lint", "--format=json", ...paths]));
}

function files(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, "FROM scratch\n"]));
}

describe("a folder is searched", () => {
  test("for Docker's names, case as is", async () => {
    const names = [
      "Containerfile",
      "Containerfile.cpu",
      "Dockerfile",
      "Dockerfile.gpu",
      "Dockerfile.v1.2",
      "gpu.Dockerfile",
      "gpu.dockerfile",
    ];
    const others = [
      "dockerfile",
      "DOCKERFILE",
      "Dockerfile-gpu",
      "MyDockerfile",
      "Dockerfile.gpu.dockerignore",
      "Dockerfile.dockerignore",
      "gpu.Dockerfile.dockerignore",
      "README.md",
    ];
    expect(await found(folder(files(...names, ...others)))).toEqual(names);
  });

  test("with everything below it in the names' order, hidden folders too, but not .git and node_modules", async () => {
    const lab = folder(
      files(
        "b/Dockerfile",
        "a/z/Dockerfile",
        "a/Dockerfile",
        "Dockerfile",
        ".devcontainer/Dockerfile",
        ".git/Dockerfile",
        "node_modules/x/Dockerfile",
        "a/node_modules/Dockerfile",
      ),
    );
    expect(await found(lab)).toEqual([
      ".devcontainer/Dockerfile",
      "Dockerfile",
      "a/Dockerfile",
      "a/z/Dockerfile",
      "b/Dockerfile",
    ]);
  });

  test("and a file that is named is taken whatever its name; each file comes once", async () => {
    const lab = folder(files("a/Dockerfile", "a/recipe", "b/Dockerfile"));
    expect(await found(lab, "b", "./a/recipe", "a/", ".", "a/Dockerfile", "a/../b/Dockerfile")).toEqual([
      "b/Dockerfile",
      "a/recipe",
      "a/Dockerfile",
    ]);
  });

  test("and paths are shown as they were named", async () => {
    const lab = folder(files("a/Dockerfile", "b/c/Dockerfile"));
    expect(await found(lab, lab.at("a"))).toEqual([lab.at("a/Dockerfile")]);
    expect(jsonPaths(await program.run(lab.at("a"), ["lint", "--format=json", "../b", ".."]))).toEqual([
      "../b/c/Dockerfile",
      "../a/Dockerfile",
    ]);
  });

  test("and one without a Dockerfile is no mistake, but is said", async () => {
    const lab = folder(files("a/README"));
    const { code, stdout, stderr } = await program.run(lab.path, ["lint", "a"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toBe("lab-images: no Dockerfile in a; name the file itself if it is called otherwise.\n");
    expect((await program.run(lab.path, ["lint", "--format=json"])).stdout).toBe('{\n  "files": []\n}\n');
  });
});

describe("symbolic links", () => {
  test("to folders are not followed in a search, so that none leads round in a circle", async () => {
    const lab = folder(files("a/Dockerfile", "elsewhere/Dockerfile"));
    symlinkSync("..", lab.at("a/up"));
    symlinkSync(".", lab.at("a/self"));
    symlinkSync("../elsewhere", lab.at("a/Dockerfile.d"));
    expect(await found(lab, "a")).toEqual(["a/Dockerfile"]);
  });

  test("to folders are followed where they are named, and to files always", async () => {
    const lab = folder(files("a/recipe"));
    symlinkSync("recipe", lab.at("a/Dockerfile"));
    symlinkSync("a", lab.at("link"));
    expect(await found(lab, "link")).toEqual(["link/Dockerfile"]);
  });
});

describe("what git leaves out is not looked at", () => {
  test("in a folder without a repository too", async () => {
    const lab = folder({ ...files("old/Dockerfile", "new/Dockerfile"), ".gitignore": "old/\n" });
    expect(await found(lab)).toEqual(["new/Dockerfile"]);
  });

  test("but a file or folder that is named is taken all the same", async () => {
    const lab = folder({
      ...files("old/a/Dockerfile", "old/b/Dockerfile"),
      ".gitignore": "old/\n",
      "old/.gitignore": "b\n",
    });
    mkdirSync(lab.at(".git"));
    expect(await found(lab, "old/a/Dockerfile")).toEqual(["old/a/Dockerfile"]);
    expect(await found(lab, "old")).toEqual(["old/a/Dockerfile"]);
    expect(await found(lab)).toEqual([]);
  });

  test("also when the search begins below the repository's root", async () => {
    const lab = folder({
      ...files("images/old/Dockerfile", "images/new/Dockerfile", "images/tmp/Dockerfile"),
      ".gitignore": "/images/old\n",
      ".git/info/exclude": "tmp\n",
    });
    expect(await found(lab, "images")).toEqual(["images/new/Dockerfile"]);
    expect(jsonPaths(await program.run(lab.at("images"), ["lint", "--format=json"]))).toEqual([
      "new/Dockerfile",
    ]);
  });

  test("and a repository within has rules of its own", async () => {
    const lab = folder({
      ...files("sub/old/Dockerfile", "sub/mine/Dockerfile", "old/Dockerfile"),
      ".gitignore": "old\n",
      "sub/.gitignore": "mine\n",
    });
    mkdirSync(lab.at(".git"));
    mkdirSync(lab.at("sub/.git"));
    expect(await found(lab)).toEqual(["sub/old/Dockerfile"]);
  });

  test("and info/exclude of a worktree is that of its repository", async () => {
    const lab = folder({
      ...files("tree/old/Dockerfile", "tree/new/Dockerfile"),
      "main/.git/info/exclude": "old\n",
      "main/.git/worktrees/tree/commondir": "../..\n",
      "tree/.git": "gitdir: ../main/.git/worktrees/tree\n",
    });
    expect(await found(lab, "tree")).toEqual(["tree/new/Dockerfile"]);
  });
});

describe("git itself agrees", () => {
  const names = [
    "Dockerfile",
    "a/Dockerfile",
    "a/build/Dockerfile",
    "a/b/build/Dockerfile",
    "a/b/c/Dockerfile.x",
    "a/b/c/Dockerfile.y",
    "b [1]/Dockerfile",
    "b [1]/#c/Dockerfile",
    "b [1]/!d/Dockerfile",
    "Build/Dockerfile",
    "build/Dockerfile",
    "x y /Dockerfile",
    "a*/Dockerfile.x",
    "é/Dockerfile",
  ];
  const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["a pattern with and without a slash", { ".gitignore": "build\n/a/b/c\n" }],
    ["a deeper file that takes back", { ".gitignore": "build/\n", "a/.gitignore": "!build/\n" }],
    [
      "what cannot be taken back below an ignored folder",
      { ".gitignore": "a/b\n!a/b/c/Dockerfile.x\n", "a/b/.gitignore": "!*\n" },
    ],
    ["all but some", { ".gitignore": "*\n!*/\n!Dockerfile.x\n" }],
    ["a nested file's anchored and middle slashes", { "a/.gitignore": "/build\nb/c/*.x\n" }],
    ["a nested file's dir-only and double-star patterns", { "a/.gitignore": "c/\n**/Dockerfile.y\n" }],
    [
      "a nested file in a folder whose name looks like a pattern",
      { "b [1]/.gitignore": "\\#c\n\\!d\n", "a*/.gitignore": "Dockerfile.x\n" },
    ],
    ["comments, blanks and trailing spaces", { ".gitignore": "# a\n\n  \nBuild   \nx\\ y\\ \n" }],
    ["CRLF and a byte order mark", { ".gitignore": "\uFEFFbuild\r\né/\r\n" }],
    [
      "info/exclude, weaker than .gitignore",
      { ".git/info/exclude": "build\nBuild\n", "a/.gitignore": "!build\n" },
    ],
    [
      "a negation in a nested file",
      { ".gitignore": "Dockerfile.*\n", "a/b/c/.gitignore": "!/Dockerfile.x\n" },
    ],
  ];

  test.each(cases)("on %s", async (_, ignoreFiles) => {
    const lab = folder(files(...names));
    const git = (...args: string[]) =>
      runFile("git", ["-c", "core.quotePath=false", "-c", "core.excludesFile=/dev/null", ...args], lab.path);
    expect((await git("init", "-q")).code).toBe(0);
    lab.write(ignoreFiles);
    const { stdout } = await git("ls-files", "-z", "--others", "--exclude-standard");
    const expected = stdout.split("\0").filter((path) => /(^|\/)Dockerfile[^/]*$/.test(path));
    expect((await found(lab)).sort()).toEqual(expected.sort());
    expect(expected.length).toBeLessThan(names.length);
  });
});

test("a manifest in the folder above is in force, and what is wrong with it is said", async () => {
  const lab = folder({
    "lab-images.json": '{ "rules": { "demo/error": "off" }',
    "base/Dockerfile": "RUN sudo\n",
  });
  mkdirSync(join(lab.path, ".git"));
  const { code, stdout, stderr } = await program.run(lab.at("base"), ["lint"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "No problems in 1 file\n" });
  expect(stderr).toContain("lab-images.json");
});
