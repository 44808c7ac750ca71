import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureChromium } from "./chromium.mjs";
import { ensureCodeServer } from "./code-server-install.mjs";
import { ensureElectron, installVsixInElectron } from "./electron.mjs";
import { beforeEnd } from "./processes.mjs";
import { say } from "./progress.mjs";
import { UNATTENDED, writeSettings } from "./settings.mjs";
import { UnavailableError } from "./unavailable.mjs";

/**
 * @typedef {object} RunOptions
 * @property {string} extensionTestsPath module whose `run()` is the suite; its path has no need of ".js"
 * @property {string} [extensionDevelopmentPath] without it an empty tester extension, as for a `vsix`
 * @property {string} [workspace] folder or .code-workspace file to open
 * @property {string} [vsix] a packaged extension, installed as users install it
 * @property {'on'} [trust] Workspace Trust is on and the workspace is not trusted; else all is trusted
 * @property {NodeJS.ProcessEnv} [env] for the suite
 * @property {string} [screenshot] absolute path: `takeScreenshot()` in the suite works (not on the desktop)
 * @property {{ width: number, height: number }} [page] in pixels; else high enough for all views (not on the desktop)
 * @property {Record<string, unknown>} [settings] user settings
 * @property {number} [timeoutSeconds]
 * @property {string} [version] of a VS Code that is downloaded
 */

/** @param {unknown} error */
function reasonOf(error) {
  if (error instanceof UnavailableError) {
    return error.message;
  }
  throw error;
}

/** @param {string} folder */
async function writeTester(folder) {
  const manifest = {
    name: "tester",
    publisher: "lab-images-bed",
    version: "0.0.0",
    engines: { vscode: "*" },
  };
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

/**
 * code-server in a page, as an executable for runTests.
 *
 * @param {RunOptions} options
 */
async function ensurePage({ vsix, screenshot, page, timeoutSeconds, env = {} }) {
  await ensureCodeServer();
  await ensureChromium();
  return {
    executable: fileURLToPath(new URL("vscode-executable.mjs", import.meta.url)),
    env: {
      LAB_IMAGES_BED_ENV: Object.keys(env).join(","),
      ...(vsix ? { LAB_IMAGES_BED_VSIX: resolve(vsix) } : {}),
      ...(screenshot ? { LAB_IMAGES_BED_SCREENSHOT: resolve(screenshot) } : {}),
      ...(page ? { LAB_IMAGES_BED_PAGE: `${page.width}x${page.height}` } : {}),
      ...(timeoutSeconds ? { LAB_IMAGES_BED_TIMEOUT_SECONDS: String(timeoutSeconds) } : {}),
    },
  };
}

/**
 * Runs a suite in a real VS Code: the desktop's where it can be downloaded, else code-server's. Resolves when
 * the suite passed and throws when it did not; an error with `unavailable: true` says why there is no VS Code.
 *
 * @param {RunOptions} options
 */
export async function runInVsCode(options) {
  const { extensionTestsPath, workspace, vsix, trust, env = {}, settings = {}, version = "stable" } = options;
  const { runTests } = await import("@vscode/test-electron").catch(() => {
    throw new UnavailableError('no @vscode/test-electron in node_modules: run "npm ci"');
  });
  const scratch = await mkdtemp(join(tmpdir(), "lab-images-run-"));
  const removeScratch = () => rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  const forget = beforeEnd(removeScratch);
  try {
    const userDataDir = join(scratch, "user-data");
    const profile = [`--user-data-dir=${userDataDir}`, `--extensions-dir=${join(scratch, "extensions")}`];
    await writeSettings(userDataDir, { ...UNATTENDED, ...settings });
    const desktop = await ensureElectron({ version, workspaceTrust: trust === "on" }).catch(reasonOf);
    let vscode;
    if (typeof desktop === "string") {
      const page = await ensurePage(options).catch(reasonOf);
      if (typeof page === "string") {
        throw new UnavailableError(`no VS Code to test in: ${desktop}; ${page}`);
      }
      say(`VS Code: code-server in Chromium, because ${desktop}`);
      vscode = page;
    } else {
      say(`VS Code: the desktop's, ${version}`);
      vscode = desktop;
      if (vsix) {
        await installVsixInElectron(desktop, resolve(vsix), profile);
      }
    }
    await runTests({
      vscodeExecutablePath: vscode.executable,
      extensionDevelopmentPath: options.extensionDevelopmentPath
        ? resolve(options.extensionDevelopmentPath)
        : await writeTester(join(scratch, "tester")),
      extensionTestsPath: resolve(extensionTestsPath),
      launchArgs: [...(workspace ? [resolve(workspace)] : []), ...profile],
      extensionTestsEnv: {
        ...env,
        ...vscode.env,
        LAB_IMAGES_BED_SCRATCH: scratch,
        ...(trust === "on" ? { LAB_IMAGES_BED_WORKSPACE_TRUST: "on" } : {}),
      },
    });
  } finally {
    forget();
    await removeScratch();
  }
}
