import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitCheckout, publicUrl } from "../../../../engine/lab/git-checkout.ts";

const one = "1".repeat(40);
const two = "2".repeat(40);

describe("the git checkout of a folder", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "lab-git-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const config = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://example.org/lab.git\n';

  test("a branch, from anywhere below", async () => {
    write({
      "repo/.git/HEAD": "ref: refs/heads/main\n",
      "repo/.git/refs/heads/main": `${one}\n`,
      "repo/.git/config": config,
      "repo/images/base/Dockerfile": "",
    });
    expect(await gitCheckout(join(root, "repo/images/base"))).toEqual({
      source: "https://example.org/lab.git",
      revision: one,
    });
  });

  test("a branch that git has packed, a commit by itself, and a branch without a commit", async () => {
    write({ "repo/.git/HEAD": "ref: refs/heads/a/b\n", "repo/.git/config": "" });
    write({
      "repo/.git/packed-refs": `# pack-refs\n${two} refs/heads/other/a/b\n${one} refs/heads/a/b\n^${two}\n`,
    });
    expect(await gitCheckout(join(root, "repo"))).toEqual({ source: undefined, revision: one });
    write({ "repo/.git/HEAD": `${two}\n` });
    expect((await gitCheckout(join(root, "repo")))?.revision).toBe(two);
    write({ "repo/.git/HEAD": "ref: refs/heads/new\n" });
    expect((await gitCheckout(join(root, "repo")))?.revision).toBeUndefined();
    write({ "repo/.git/HEAD": "ref: refs/heads/../../../outside\n", outside: one });
    expect((await gitCheckout(join(root, "repo")))?.revision).toBeUndefined();
  });

  test("a worktree has its own HEAD, and the rest of its repository", async () => {
    write({
      "main/.git/HEAD": "ref: refs/heads/main\n",
      "main/.git/refs/heads/main": `${one}\n`,
      "main/.git/refs/heads/topic": `${two}\n`,
      "main/.git/config": config,
      "main/.git/worktrees/topic/HEAD": "ref: refs/heads/topic\n",
      "main/.git/worktrees/topic/commondir": "../..\n",
      "topic/.git": `gitdir: ${join(root, "main/.git/worktrees/topic")}\n`,
    });
    expect(await gitCheckout(join(root, "topic"))).toEqual({
      source: "https://example.org/lab.git",
      revision: two,
    });
  });

  test("the remote that the branch follows goes before origin", async () => {
    write({
      "repo/.git/HEAD": "ref: refs/heads/main\n",
      "repo/.git/config": `${config}[remote "lab"]\n\turl = "https://lab.example.org/a.git"\n[branch "main"]\n\tremote = lab\n`,
    });
    expect((await gitCheckout(join(root, "repo")))?.source).toBe("https://lab.example.org/a.git");
  });

  test("none", async () => {
    write({ "folder/Dockerfile": "" });
    expect(await gitCheckout(join(root, "folder"))).toBeUndefined();
  });
});

test.each<[string, string | undefined]>([
  ["https://example.org/lab.git", "https://example.org/lab.git"],
  ["https://ada:secret@example.org:8443/lab.git", "https://example.org:8443/lab.git"],
  ["https://x-token@example.org/lab.git?private_token=secret#secret", "https://example.org/lab.git"],
  ["ssh://git@example.org/lab.git", "ssh://git@example.org/lab.git"],
  ["ssh://ada:secret@example.org:2222/lab.git", "ssh://example.org:2222/lab.git"],
  ["git@github.com:lab/images.git", "git@github.com:lab/images.git"],
  ["ada@node:images", "node:images"],
  ["/home/ada/images.git", undefined],
  ["../images", undefined],
  ["C:\\images", undefined],
  ["file:///home/ada/images", undefined],
  ["https://", undefined],
])("of the remote %j everybody may read %j", (url, shown) => {
  expect(publicUrl(url)).toBe(shown);
});
