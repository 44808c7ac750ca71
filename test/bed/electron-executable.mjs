#!/usr/bin/env node
// Starts a downloaded VS Code for @vscode/test-electron where runTests alone cannot: on a virtual display, and
// with Workspace Trust, which runTests always switches off.

import { spawn } from "node:child_process";

const {
  LAB_IMAGES_BED_ELECTRON: executable,
  LAB_IMAGES_BED_XVFB: xvfb,
  LAB_IMAGES_BED_WORKSPACE_TRUST: trust,
} = process.env;

const args = process.argv.slice(2).filter((arg) => trust !== "on" || arg !== "--disable-workspace-trust");
const command = [...(xvfb ? [xvfb, "-a"] : []), executable ?? "code", ...args];
const child = spawn(/** @type {string} */ (command[0]), command.slice(1), { stdio: "inherit" });

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
