import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

const UPDATE_SERVICE = "https://update.code.visualstudio.com/api/releases/stable";
const PROBE_MS = 5_000;

/** @typedef {{ executable: string, env: Record<string, string> }} Electron */

/** @returns {Promise<string | undefined>} the command that gives a display, or nothing when there is one */
async function virtualDisplay() {
  if (process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
    return undefined;
  }
  const system = await ensureSystemPackages([
    { name: "xvfb", commands: ["xvfb-run"] },
    { name: "xauth", commands: ["xauth"] },
  ]);
  if (!system.ok) {
    throw new UnavailableError(`no display: ${system.reason}`);
  }
  return "xvfb-run";
}

/** @param {string} executable */
async function checkLibraries(executable) {
  if (process.platform !== "linux") {
    return;
  }
  const { output } = await run("ldd", [executable]);
  const missing = [...output.matchAll(/(\S+) => not found/g)].map((match) => match[1]);
  if (missing.length > 0) {
    throw new UnavailableError(`VS Code needs libraries that are not here: ${missing.join(" ")}`);
  }
}

/**
 * VS Code's own build, where it can be had.
 *
 * @param {{ version: string, workspaceTrust: boolean }} options
 * @returns {Promise<Electron>} what runTests starts, and with which environment
 */
export async function ensureElectron({ version, workspaceTrust }) {
  const answer = await fetch(UPDATE_SERVICE, { signal: AbortSignal.timeout(PROBE_MS) }).catch(
    (error) => error,
  );
  if (!(answer instanceof Response) || !answer.ok) {
    const reason =
      answer instanceof Response ? `HTTP ${answer.status}` : (answer.cause?.code ?? answer.message);
    throw new UnavailableError(`VS Code's update service is out of reach (${reason})`);
  }
  const display = await virtualDisplay();
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  const cachePath = join(cacheFolder(), "vscode");
  const executable = await step(`VS Code ${version}`, () =>
    downloadAndUnzipVSCode({ version, cachePath }),
  ).catch((error) => {
    throw new UnavailableError(`VS Code could not be downloaded: ${error.message}`);
  });
  await checkLibraries(executable);
  if (!display && !workspaceTrust) {
    return { executable, env: {} };
  }
  if (process.platform === "win32") {
    throw new UnavailableError("runTests cannot start VS Code with Workspace Trust on Windows");
  }
  return {
    executable: fileURLToPath(new URL("electron-executable.mjs", import.meta.url)),
    env: { LAB_IMAGES_BED_ELECTRON: executable, ...(display ? { LAB_IMAGES_BED_XVFB: display } : {}) },
  };
}

/**
 * @param {Electron} electron
 * @param {string} vsix
 * @param {string[]} profile the arguments that name the profile's folders
 */
export async function installVsixInElectron(electron, vsix, profile) {
  const { resolveCliArgsFromVSCodeExecutablePath } = await import("@vscode/test-electron");
  const real = electron.env.LAB_IMAGES_BED_ELECTRON ?? electron.executable;
  const [cli, ...rest] = resolveCliArgsFromVSCodeExecutablePath(real, { reuseMachineInstall: true });
  const args = [...rest, ...profile, "--no-sandbox", "--install-extension", vsix, "--force"];
  const { code, output } = await run(/** @type {string} */ (cli), args, {
    shell: process.platform === "win32",
  });
  if (code !== 0) {
    throw new Error(`${vsix} could not be installed:\n${output}`);
  }
}
