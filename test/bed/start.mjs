#!/usr/bin/env node
// "npm start": opens a folder in VS Code with the extension of this clone, in the user's own VS Code where there
// is one, else in code-server on a loopback address.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { hostname, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startCodeServer } from "./code-server.mjs";
import { ensureCodeServer } from "./code-server-install.mjs";
import { beforeEnd, end, endWithParent, findCommand, isEnding } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { writeSettings } from "./settings.mjs";

const DEFAULT_FOLDER = "examples/lab";
/** What the example lab opens with: the Dockerfile whose mistakes one key fixes. */
const DEFAULT_FILE = "pytorch/Dockerfile";
const root = resolve(
  process.env.LAB_IMAGES_START_EXTENSION ?? fileURLToPath(new URL("../..", import.meta.url)),
);

/** @returns {{ code: string } | { reason: string }} the user's `code`, or why it is not used */
function findCode() {
  const { DISPLAY, WAYLAND_DISPLAY, VSCODE_IPC_HOOK_CLI, VSCODE_CLIENT_COMMAND, LAB_IMAGES_START } =
    process.env;
  if (LAB_IMAGES_START === "code-server") {
    return { reason: "LAB_IMAGES_START=code-server" };
  }
  const code = findCommand("code");
  if (process.platform === "win32") {
    return { code: "code" };
  }
  if (!code) {
    return { reason: 'there is no "code" on PATH' };
  }
  if (VSCODE_CLIENT_COMMAND) {
    return { code };
  }
  if (VSCODE_IPC_HOOK_CLI) {
    return { reason: 'the "code" of a remote window takes no development extension' };
  }
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY) {
    return { reason: "there is no display" };
  }
  return { code };
}

/**
 * @param {string} code
 * @param {string} folder
 * @returns {Promise<number>}
 */
function openInCode(code, folder) {
  say(`opening ${folder} in your VS Code (another way: LAB_IMAGES_START=code-server npm start)`);
  return new Promise((done) => {
    const shell = process.platform === "win32";
    const quote = (/** @type {string} */ word) => (shell ? `"${word}"` : word);
    const file = join(folder, DEFAULT_FILE);
    const files = existsSync(file) ? [quote(file)] : [];
    const child = spawn(code, [quote(`--extensionDevelopmentPath=${root}`), quote(folder), ...files], {
      stdio: "inherit",
      shell,
    });
    child.on("error", () => done(127));
    child.on("exit", (status) => done(status ?? 1));
  });
}

/**
 * Puts the clone among the installed extensions. A development path would have to be in the address, and the
 * address must be one that a person can type; a link also takes a new bundle with a reload of the page.
 *
 * @param {string} extensionsDir
 */
async function linkExtension(extensionsDir) {
  const { publisher, name, version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  await mkdir(extensionsDir, { recursive: true });
  await symlink(root, join(extensionsDir, `${publisher}.${name}-${version}`), "dir");
}

/**
 * The folder's address with a file open in it; the bare address opens the folder alone.
 *
 * @param {string} url
 * @param {string} folder
 * @param {string} file
 */
function addressOfFile(url, folder, file) {
  const address = new URL(url);
  address.searchParams.set("folder", folder);
  address.searchParams.set(
    "payload",
    JSON.stringify([["openFile", `vscode-remote://${address.host}${join(folder, file)}`]]),
  );
  return address.href;
}

/**
 * @param {string} url
 * @param {string} folder
 */
function printAddress(url, folder) {
  const file = existsSync(join(folder, DEFAULT_FILE)) ? DEFAULT_FILE : undefined;
  process.stdout.write(`\nVS Code with the extension: ${url}\n`);
  if (file) {
    process.stdout.write(`With ${file} open: ${addressOfFile(url, folder, file)}\n`);
  }
  if (process.env.SSH_CONNECTION) {
    const { port } = new URL(url);
    process.stdout.write(
      `From your own machine:      ssh -L ${port}:127.0.0.1:${port} ${userInfo().username}@${hostname()}\n`,
    );
  }
  process.stdout.write("Ctrl-C ends it.\n");
}

/** @returns {number} 0 for a free one */
function wantedPort() {
  const { LAB_IMAGES_START_PORT: wanted } = process.env;
  const port = Number(wanted || 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(
      `LAB_IMAGES_START_PORT is "${wanted}", which is no port: 1 to 65535, or unset for a free one`,
    );
  }
  return port;
}

/** @param {string} folder */
async function serve(folder) {
  const port = wantedPort();
  await ensureCodeServer();
  const scratch = await mkdtemp(join(tmpdir(), "lab-images-start-"));
  beforeEnd(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const folders = { userDataDir: join(scratch, "user-data"), extensionsDir: join(scratch, "extensions") };
  await writeSettings(folders.userDataDir, { "workbench.startupEditor": "readme" });
  await linkExtension(folders.extensionsDir);
  const server = await step("starting code-server", () =>
    startCodeServer({
      ...folders,
      folder,
      port,
      // Its sockets go away with the folder.
      env: { ...process.env, TMPDIR: scratch },
    }),
  ).catch((error) => {
    if (!error.message.includes("EADDRINUSE")) {
      throw error;
    }
    throw new Error(`port ${port} is taken: name another LAB_IMAGES_START_PORT, or none for a free one`);
  });
  printAddress(server.url, folder);
  // From here on Ctrl-C is the way to end it, and no failure that npm has to report.
  process.prependListener("SIGINT", () => void end(0));
  await server.exited;
  if (isEnding()) {
    return 0;
  }
  say(`code-server ended:\n${server.output()}`);
  return 1;
}

async function main() {
  const folder = resolve(process.argv[2] ?? join(root, DEFAULT_FOLDER));
  if (!existsSync(folder)) {
    say(`there is no folder ${folder}`);
    return 1;
  }
  const found = findCode();
  if ("code" in found) {
    const status = await openInCode(found.code, folder);
    if (status === 0) {
      return 0;
    }
    say(`"code" ended with ${status}; code-server instead`);
  } else {
    say(`code-server, because ${found.reason}`);
  }
  return serve(folder);
}

// npm ends its shell alone when it is told to end.
if (process.env.npm_lifecycle_event) {
  endWithParent();
}
main().then(end, (error) => {
  say(error.message);
  return end(1);
});
