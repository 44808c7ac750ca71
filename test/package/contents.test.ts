import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listFiles, PackageManager } from "@vscode/vsce";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageExtension } from "../../scripts/package-extension.mjs";

const folder = mkdtempSync(join(tmpdir(), "lab-images-package-"));
const vsix = join(folder, "lab-images.vsix");

beforeAll(async () => {
  await packageExtension(vsix);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package holds what it should and nothing else", async () => {
  expect((await listFiles({ packageManager: PackageManager.None })).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "client/media/activity-bar.svg",
    "client/media/icon.png",
    "client/walkthrough/build.md",
    "client/walkthrough/check.md",
    "client/walkthrough/host.md",
    "client/walkthrough/images.md",
    "client/walkthrough/new.md",
    "client/walkthrough/push.md",
    "dist/extension.js",
    "dist/server.js",
    "dist/unbash.js",
    "package.json",
    "package.nls.json",
    "schemas/lab-images.explained.json",
    "snippets/dockerfile.json",
  ]);
});

test("npm's package, which npm installs from git, is a command line that runs", () => {
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { stdio: "pipe" });
  execFileSync("sh", ["-c", "tar -xzf lab-images-*.tgz && node package/dist/cli.js --version"], {
    cwd: folder,
  });
});

test("it is smaller than 1 MB", () => {
  expect(statSync(vsix).size).toBeLessThan(1_000_000);
});
