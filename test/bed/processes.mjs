import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { constants as osConstants } from "node:os";
import { delimiter, join } from "node:path";

const GRACE_MS = 5_000;
const PARENT_POLL_MS = 1_000;

/** Only processes that were started here are ever ended, each with its own process group.
 * @type {Set<import('node:child_process').ChildProcess>} */
const started = new Set();

/** @type {Set<() => void | Promise<void>>} */
const cleanups = new Set();
let watchingSignals = false;
let ending = false;

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function groupIsAlive(child) {
  try {
    return child.pid !== undefined && process.kill(-child.pid, 0);
  } catch {
    return false;
  }
}

function watchSignals() {
  if (watchingSignals) {
    return;
  }
  watchingSignals = true;
  process.on("exit", () => {
    for (const child of started) {
      signalGroup(child, "SIGKILL");
    }
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => void end(128 + osConstants.signals[signal]));
  }
}

/**
 * Registers work to do before the process ends, by whatever way. Returns the way to take it back.
 *
 * @param {() => void | Promise<void>} cleanup
 */
export function beforeEnd(cleanup) {
  watchSignals();
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/**
 * The way to clean up now, which else is done before the process ends.
 *
 * @param {() => Promise<void>} cleanup
 * @returns {() => Promise<void>}
 */
export function atEndOrNow(cleanup) {
  const forget = beforeEnd(cleanup);
  return async () => {
    forget();
    await cleanup();
  };
}

/**
 * Ends everything that was started here, then this process.
 *
 * @param {number} code
 */
export async function end(code) {
  if (ending) {
    return;
  }
  ending = true;
  // A cleanup that hangs must not keep the process: the exit handler kills what is left.
  setTimeout(() => process.exit(code), 2 * GRACE_MS).unref();
  await Promise.allSettled([...started].map((child) => stop(child)));
  await Promise.allSettled([...cleanups].reverse().map((cleanup) => cleanup()));
  process.exit(code);
}

/** Whether this process is being ended: what goes wrong then is no news. */
export function isEnding() {
  return ending;
}

/** Ends this process when the one that started it is gone, which may not have passed its signal on. */
export function endWithParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      void end(1);
    }
  }, PARENT_POLL_MS).unref();
}

/**
 * Starts a process in a group of its own, so that it can be ended with all its children.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  watchSignals();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options, detached: true });
  started.add(child);
  // Without a listener a command that cannot be started would end this process.
  child.on("error", () => started.delete(child));
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
export async function stop(child) {
  signalGroup(child, "SIGTERM");
  const deadline = performance.now() + GRACE_MS;
  while (groupIsAlive(child) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signalGroup(child, "SIGKILL");
  started.delete(child);
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { onOutput?: (chunk: Buffer) => void }} [options]
 * @returns {Promise<{ code: number, output: string }>} a command that cannot be started has the code 127
 */
export function run(command, args, { onOutput, ...options } = {}) {
  return new Promise((resolve) => {
    const child = start(command, args, options);
    let output = "";
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output += chunk;
      onOutput?.(chunk);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code, signal) => {
      started.delete(child);
      // Ended by end(): nobody must take that for the command's own failure.
      if (ending) {
        return;
      }
      resolve({ code: code ?? 128 + osConstants.signals[signal ?? "SIGKILL"], output });
    });
  });
}

/**
 * The file that a command name means, as the shell would find it.
 *
 * @param {string} command
 * @param {string} [path]
 */
export function findCommand(command, path = process.env.PATH ?? "") {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
