import { findCommand, run } from "./processes.mjs";
import { step } from "./progress.mjs";

/**
 * @typedef {string | { name: string, commands: string[] }} SystemPackage
 * A Debian package; with `commands`, any of them on PATH will do, whoever installed it.
 */

/** @param {SystemPackage} wanted */
async function isPresent(wanted) {
  if (typeof wanted !== "string") {
    return wanted.commands.some((command) => findCommand(command));
  }
  const { code, output } = await run("dpkg-query", ["-W", "-f", "${db:Status-Status}", wanted]);
  return code === 0 && output === "installed";
}

/** The words in front of apt-get that let it install without asking, or nothing when it may not. */
async function privilege() {
  if (process.getuid?.() === 0) {
    return [];
  }
  const { code } = await run("sudo", ["-n", "true"]);
  return code === 0 ? ["sudo", "-n"] : undefined;
}

/** @param {string} output */
function lastLines(output) {
  return output.trim().split("\n").slice(-3).join(" | ");
}

/**
 * Looks for the packages and installs those that are not there, where that can be done without a
 * question. Nothing is thrown: whoever needs them decides what a reason means.
 *
 * @param {SystemPackage[]} packages
 * @returns {Promise<{ ok: true } | { ok: false, reason: string }>}
 */
export async function ensureSystemPackages(packages) {
  /** @type {string[]} */
  const missing = [];
  for (const wanted of packages) {
    if (!(await isPresent(wanted))) {
      missing.push(typeof wanted === "string" ? wanted : wanted.name);
    }
  }
  if (missing.length === 0) {
    return { ok: true };
  }
  const names = missing.join(" ");
  if (!findCommand("apt-get")) {
    return { ok: false, reason: `not installed here, and there is no apt-get: ${names}` };
  }
  const prefix = await privilege();
  if (!prefix) {
    return {
      ok: false,
      reason: `not installed here: run "sudo apt-get install --no-install-recommends ${names}"`,
    };
  }
  /** @param {string[]} args */
  const apt = async (args) => {
    // Another apt-get on the machine is waited for, not a failure.
    const options = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"];
    const [command, ...rest] = [...prefix, "env", ...options, ...args];
    const { code, output } = await run(/** @type {string} */ (command), rest);
    if (code !== 0) {
      throw new Error(lastLines(output));
    }
  };
  const install = () =>
    step(`apt-get install ${names}`, () => apt(["install", "-y", "--no-install-recommends", ...missing]));
  try {
    // Package lists that are not there yet, or are older than the archive, are fetched and it is tried again.
    await install().catch(async () => {
      await step("apt-get update", () => apt(["update"]));
      await install();
    });
    return { ok: true };
  } catch (error) {
    return {
      ok: false,
      reason: `apt-get could not install ${names}: ${/** @type {Error} */ (error).message}`,
    };
  }
}
