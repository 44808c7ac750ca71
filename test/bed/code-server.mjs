import { join } from "node:path";
import { ensureCodeServer } from "./code-server-install.mjs";
import { run, start, stop } from "./processes.mjs";

const READY_MS = 60_000;
const KEPT_OUTPUT = 4_000;

/** Variables that make code-server talk to another one, or listen where it was not told to. */
const FOREIGN = /^(VSCODE_|CODE_SERVER_|PORT$|PASSWORD$|HASHED_PASSWORD$|ELECTRON_RUN_AS_NODE$)/;

/**
 * @typedef {object} Folders
 * @property {string} userDataDir
 * @property {string} extensionsDir
 */

/** @param {Folders} folders */
function folderArguments({ userDataDir, extensionsDir }) {
  // The config file of its own keeps the user's one out, and unwritten.
  const config = join(userDataDir, "config.yaml");
  return ["--config", config, "--user-data-dir", userDataDir, "--extensions-dir", extensionsDir];
}

/** @param {NodeJS.ProcessEnv} [env] */
function environment(env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.test(name)));
}

/**
 * Installs a packaged extension as a user does.
 *
 * @param {string} vsix
 * @param {Folders} folders
 */
export async function installVsix(vsix, folders) {
  const { node, entry } = await ensureCodeServer();
  const args = [entry, ...folderArguments(folders), "--install-extension", vsix, "--force"];
  const { code, output } = await run(node, args, { env: environment() });
  if (code !== 0) {
    throw new Error(`${vsix} could not be installed:\n${output}`);
  }
}

/**
 * @param {string} url
 * @param {() => string | undefined} failure
 */
async function untilAnswers(url, failure) {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    const reason = failure();
    if (reason) {
      throw new Error(reason);
    }
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`code-server did not answer at ${url} in ${READY_MS / 1000} s`);
}

/**
 * Starts a server on 127.0.0.1 and waits until it answers.
 *
 * @param {Folders & {
 *   workspaceTrust?: boolean,
 *   smokeTestDriver?: boolean,
 *   port?: number,
 *   folder?: string,
 *   env?: NodeJS.ProcessEnv,
 * }} options `workspaceTrust`: folders have to be trusted first, as in a user's VS Code. `smokeTestDriver`:
 * the page takes a payload (development path, tests). `port`: a free one when left out. `folder`: what the
 * bare address opens.
 */
export async function startCodeServer({
  workspaceTrust,
  smokeTestDriver,
  port = 0,
  folder,
  env,
  ...folders
}) {
  const { node, entry } = await ensureCodeServer();
  const child = start(
    node,
    [
      entry,
      ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
      ...folderArguments(folders),
      ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
      ...(workspaceTrust ? [] : ["--disable-workspace-trust"]),
      ...(smokeTestDriver ? ["--vscode-option", "enable-smoke-test-driver"] : []),
      ...(folder ? [folder] : ["--ignore-last-opened"]),
    ],
    { env: environment(env) },
  );
  let output = "";
  /** @type {Promise<string>} */
  const address = new Promise((resolve, reject) => {
    /** @param {Buffer} chunk */
    const read = (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
      const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output);
      if (found?.[1]) {
        resolve(found[1]);
      }
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    setTimeout(() => reject(new Error(`code-server does not listen:\n${output}`)), READY_MS).unref();
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`code-server ended:\n${output}`)));
  });
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => child.on("exit", () => resolve()));
  try {
    const url = await address;
    await untilAnswers(`${url}/healthz`, () =>
      child.exitCode === null ? undefined : `code-server ended:\n${output}`,
    );
    return { url, host: new URL(url).host, exited, output: () => output, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}
