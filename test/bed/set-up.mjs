#!/usr/bin/env node
// `npm start` and `npm test` on a fresh clone: installs what package-lock.json says, bundles, and goes on with Node 24.
// Runs on Node 20 and imports nothing but what the clone has.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { say, step } from "./progress.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const stamp = join(root, "node_modules", ".lab-images-installed");
const node24 = join(root, "node_modules", ".bin", "node");
const programs = { start: "test/bed/start.mjs", test: "test/run.mjs" };

const parent = process.ppid;
const [task, ...rest] = process.argv.slice(2);
const program = programs[task];
if (!program) {
  say(`"${task}" is none of: ${Object.keys(programs).join(", ")}`);
  process.exit(2);
}

const major = Number(process.versions.node.split(".")[0]);
if (major < 20) {
  say(
    `Node ${process.version} is too old: install Node 20 or later (https://nodejs.org) and run this again.`,
  );
  process.exit(2);
}

/** @returns {string} what the installed packages have to match */
function wanted() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

function isInstalled() {
  return existsSync(node24) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted();
}

/**
 * npm that is told to end ends its shell alone, and nobody tells us.
 * @param {import("node:child_process").ChildProcess} child
 */
function endChildWithParent(child) {
  if (!process.env.npm_lifecycle_event) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill();
  }, 1000);
  child.on("exit", () => clearInterval(timer));
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<void>} rejects with the command's output when it fails
 */
function quietly(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    endChildWithParent(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(" ")} failed (${code}):\n${output}`)),
    );
  });
}

/** Hands the terminal to a program and ends as it ends. */
function handOver() {
  const child = spawn(node24, [join(root, program), ...rest], { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  endChildWithParent(child);
  child.on("error", (error) => {
    say(error.message);
    process.exit(1);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}

try {
  if (!isInstalled()) {
    await step("installing the packages of package-lock.json (npm ci)", async () => {
      await quietly("npm", ["ci", "--no-audit", "--no-fund"]);
      writeFileSync(stamp, wanted());
    });
  }
  await step("bundling the extension, the server and the command line", () =>
    quietly(node24, [join(root, "scripts", "bundle.mjs")]),
  );
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
handOver();
