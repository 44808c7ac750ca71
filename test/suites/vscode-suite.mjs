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
  /** @type {string[]} */
  const wanting = [];
  /**
   * @template T
   * @param {string} tests those that are skipped without it
   * @param {() => Promise<T>} start
   */
  const part = (tests, start) =>
    start().catch((error) => {
      if (!(error instanceof Error && "unavailable" in error)) throw error;
      console.warn(`Skipped, the tests ${tests}: ${error.message}`);
      wanting.push(`the tests ${tests} (${error.message})`);
      return undefined;
    });
  const daemon = kind === "restricted" ? undefined : await part("that build", startDaemon);
  const registry = kind === "restricted" ? undefined : await part("of registries", startLabRegistry);
  const ssh = daemon && (await part("over SSH", () => startSsh(daemon.socket)));
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
      // A panel keeps the height that it has on the page that VS Code begins with.
      ...(kind === "pictures" ? { page: { width: 1280, height: 800 } } : {}),
      screenshot: resolve(artefacts, `vscode-${kind}.png`),
      timeoutSeconds: 1200,
    }).catch((error) => error);
    if (failure?.unavailable) return { passed: 0, failed: 0, skipped: failure.message };
    // The suite writes its own counts; without them it did not come to its end.
    if (existsSync(results)) {
      const { skipped, ...counts } = JSON.parse(readFileSync(results, "utf8"));
      const reasons = skipped ? [skipped, ...wanting] : wanting;
      return { ...counts, ...(reasons.length > 0 ? { skipped: reasons.join("; ") } : {}) };
    }
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

/**
 * An SSH host whose login has that daemon.
 * @param {string} socket
 */
async function startSsh(socket) {
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
}

/** A daemon to build on, and the image that a registry on it runs. */
async function startDaemon() {
  const stop = await startEngineBed();
  await makeRegistryImage(process.env[ENGINE_SOCKET] ?? "", "registry:2");
  return { socket: process.env[ENGINE_SOCKET] ?? "", stop };
}
