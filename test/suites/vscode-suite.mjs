import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { packageExtension } from "../../scripts/package-extension.mjs";
import { ENGINE_SOCKET, startEngineBed } from "../bed/engine-bed.mjs";
import { startLabRegistry } from "../bed/lab-registry.mjs";
import { makeRegistryImage } from "../bed/registry-image.mjs";
import { runInVsCode } from "../bed/run-vscode.mjs";
import { startSshBed } from "../bed/sshd.mjs";
import { suiteFolder } from "./bundles.mjs";

/**
 * A suite in a real VS Code, on a copy of the example lab.
 * @param {{
 *   kind: "development" | "multi-root" | "packaged" | "reloaded" | "restricted" | "pictures",
 *   artefacts: string,
 *   env?: Readonly<Record<string, string>>,
 * }} options `env` is for the suite
 * @returns {Promise<import("./outcome.mjs").Outcome>}
 */
export async function runVsCodeSuite({ kind, artefacts, env = {} }) {
  const folder = mkdtempSync(join(tmpdir(), "lab-images-vscode-"));
  const workspace = join(folder, "lab");
  const results = join(folder, "results.json");
  cpSync("examples/lab", workspace, { recursive: true });
  // VS Code watches what is there; what is not it looks for every few seconds.
  mkdirSync(join(folder, "docker"));
  // Tests lay out labs of their own in it, also without a manifest.
  if (kind !== "pictures") rmSync(join(workspace, "lab-images.json"));
  const daemon = kind === "restricted" ? undefined : await startDaemon();
  const registry = kind === "restricted" ? undefined : await startedRegistry();
  const ssh = daemon && (await startedSsh(daemon.socket));
  try {
    const vsix = kind === "packaged" ? await packageExtension(join(folder, "lab-images.vsix")) : undefined;
    const failure = await runInVsCode({
      extensionTestsPath: resolve(suiteFolder, kind),
      workspace: kind === "multi-root" ? twoFolders(folder) : workspace,
      ...(vsix ? { vsix } : { extensionDevelopmentPath: resolve(".") }),
      ...(kind === "restricted" ? { trust: "on" } : {}),
      env: {
        ...env,
        LAB_IMAGES_RESULTS: results,
        // What logging in writes is no user's.
        DOCKER_CONFIG: join(folder, "docker"),
        ...(daemon ? { [ENGINE_SOCKET]: daemon.socket } : {}),
        ...ssh?.env,
        ...(registry
          ? {
              LAB_IMAGES_REGISTRY: registry.host,
              LAB_IMAGES_REGISTRY_DIGEST: registry.digest,
              LAB_IMAGES_CLOSED_REGISTRY: registry.closed.host,
            }
          : {}),
      },
      screenshot: resolve(artefacts, `vscode-${kind}.png`),
      timeoutSeconds: 600,
    }).catch((error) => error);
    if (failure?.unavailable) return { passed: 0, failed: 0, skipped: failure.message };
    // The suite writes its own counts; without them it did not come to its end.
    if (existsSync(results)) return JSON.parse(readFileSync(results, "utf8"));
    console.error(failure ?? new Error("the suite ended without results"));
    return { passed: 0, failed: 1 };
  } finally {
    await registry?.stop();
    await ssh?.stop();
    await daemon?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A workspace of the example and of a folder that is empty yet.
 * @param {string} folder
 */
function twoFolders(folder) {
  const file = join(folder, "two.code-workspace");
  mkdirSync(join(folder, "second"));
  writeFileSync(file, JSON.stringify({ folders: [{ path: "lab" }, { path: "second" }] }));
  return file;
}

/** A registry for the tests that ask one; without it they are skipped, and the others run. */
async function startedRegistry() {
  try {
    return await startLabRegistry();
  } catch (error) {
    if (!(error instanceof Error && "unavailable" in error)) throw error;
    console.warn(`Registries are not asked: ${error.message}`);
    return undefined;
  }
}

/**
 * An SSH host whose login has that daemon; without it the tests of SSH are skipped.
 * @param {string} socket
 */
async function startedSsh(socket) {
  try {
    const bed = await startSshBed();
    const dockerHost = `unix://${socket}`;
    const { name } = await bed.startHost("node", { dockerHost });
    const passphrase = "correct horse";
    const locked = await bed.startHost("locked", { dockerHost, identity: await bed.makeKey(passphrase) });
    return {
      env: {
        PATH: `${bed.bin}${delimiter}${process.env.PATH}`,
        LAB_IMAGES_SSH_HOST: name,
        LAB_IMAGES_SSH_LOCKED_HOST: locked.name,
        LAB_IMAGES_SSH_PASSPHRASE: passphrase,
      },
      stop: bed.stop,
    };
  } catch (error) {
    if (!(error instanceof Error && "unavailable" in error)) throw error;
    console.warn(`SSH hosts are not tested: ${error.message}`);
    return undefined;
  }
}

/** A daemon for the tests that build; without one they are skipped, and the others run. */
async function startDaemon() {
  try {
    const stop = await startEngineBed();
    await makeRegistryImage(process.env[ENGINE_SOCKET] ?? "", "registry:2");
    return { socket: process.env[ENGINE_SOCKET] ?? "", stop };
  } catch (error) {
    if (!(error instanceof Error && "unavailable" in error)) throw error;
    console.warn(`Building is not tested: ${error.message}`);
    return undefined;
  }
}
