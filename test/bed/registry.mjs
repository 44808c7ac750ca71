import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEndOrNow, start, stop } from "./processes.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

const START_MS = 20_000;
const KEPT_LOG = 4_000;

/**
 * @typedef {object} RegistryOptions
 * @property {Readonly<Record<string, string>>} [users] who may log in, with their passwords (Basic); anybody without
 * @property {import("./token-server.mjs").TokenServer} [tokens] who gives the tokens that it wants (Bearer)
 * @property {string} [storage] the folder that it keeps images in; else one that goes with it
 * @property {number} [port] else a free one
 */

/**
 * @typedef {object} Registry
 * @property {string} host `127.0.0.1:PORT`, as it stands in references
 * @property {number} port
 * @property {() => Promise<void>} stop
 */

/** The registry reads YAML, and JSON is YAML.
 * @param {string} storage
 * @param {number} port
 * @param {object} auth */
function configuration(storage, port, auth) {
  return JSON.stringify({
    version: "0.1",
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: "of a test" },
    ...(Object.keys(auth).length > 0 ? { auth } : {}),
  });
}

/**
 * Passwords by stdin, as bcrypt: what the registry takes.
 *
 * @param {string} file
 * @param {Readonly<Record<string, string>>} users
 */
async function writePasswords(file, users) {
  const lines = [];
  for (const [user, password] of Object.entries(users)) {
    const child = start("htpasswd", ["-niBC", "5", user], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin?.end(password);
    let line = "";
    for await (const chunk of /** @type {import("node:stream").Readable} */ (child.stdout)) {
      line += chunk;
    }
    lines.push(line.trim());
  }
  await writeFile(file, `${lines.join("\n")}\n`);
}

/**
 * A Distribution registry on a loopback port, with its images in a scratch folder that goes with it: open, with
 * passwords, or with tokens of a token server, which it verifies itself.
 *
 * @param {RegistryOptions} [options]
 * @returns {Promise<Registry>}
 */
export async function startRegistry({ users, tokens, storage, port = 0 } = {}) {
  const system = await ensureSystemPackages([
    { name: "docker-registry", commands: ["docker-registry"] },
    ...(users ? [{ name: "apache2-utils", commands: ["htpasswd"] }] : []),
  ]);
  if (!system.ok) {
    throw new UnavailableError(`no registry: ${system.reason}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "lab-registry-"));
  /** @type {Record<string, object>} */
  const auth = {};
  if (users) {
    const path = join(folder, "htpasswd");
    await writePasswords(path, users);
    auth.htpasswd = { realm: "the bed's registry", path };
  }
  if (tokens) {
    const { realm, service, issuer, certificate } = tokens;
    const rootcertbundle = join(folder, "token.pem");
    await writeFile(rootcertbundle, certificate);
    auth.token = { realm, service, issuer, rootcertbundle };
  }
  const config = join(folder, "config.yml");
  await writeFile(config, configuration(storage ?? join(folder, "data"), port, auth));
  const server = start("docker-registry", ["serve", config], {
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
  });
  const cleanUp = async () => {
    await stop(server);
    await rm(folder, { recursive: true, force: true });
  };
  const stopOnce = atEndOrNow(cleanUp);
  try {
    const listening = await portOf(server);
    return { host: `127.0.0.1:${listening}`, port: listening, stop: stopOnce };
  } catch (error) {
    await stopOnce();
    throw error;
  }
}

/**
 * The port that the registry says it listens on.
 *
 * @param {import("node:child_process").ChildProcess} server
 * @returns {Promise<number>}
 */
function portOf(server) {
  return new Promise((resolve, reject) => {
    let log = "";
    const fail = () => reject(new UnavailableError(`the registry does not start: ${log.slice(-KEPT_LOG)}`));
    const timer = setTimeout(fail, START_MS);
    /** @param {Buffer} chunk */
    const read = (chunk) => {
      // The log is read to its end, or the registry would wait for a reader.
      log = (log + chunk).slice(-KEPT_LOG);
      const port = log.match(/listening on 127\.0\.0\.1:(\d+)/)?.[1];
      if (port) {
        clearTimeout(timer);
        resolve(Number(port));
      }
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.on("error", fail);
    server.on("exit", () => {
      clearTimeout(timer);
      fail();
    });
  });
}
