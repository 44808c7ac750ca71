import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { beforeEnd } from "./processes.mjs";
import { say } from "./progress.mjs";
import { UnavailableError } from "./unavailable.mjs";

const HEARTBEAT_MS = 5_000;
const STALE_MS = 60_000;
const POLL_MS = 500;

/** The folder outside the clone for what is large, slow to get and the same for every clone. */
export function cacheFolder(env = process.env) {
  if (env.LAB_IMAGES_CACHE) {
    return resolve(env.LAB_IMAGES_CACHE);
  }
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "lab-images");
}

/** @param {string} path */
async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * A lock whose holder died, or does not touch it any more, is no lock.
 *
 * @param {string} file
 */
async function isStale(file) {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    if (Date.now() - mtimeMs > STALE_MS) {
      return true;
    }
    const [host, pid] = text.split("\n");
    if (host !== hostname() || !pid) {
      return false;
    }
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/**
 * Takes the lock, or waits until whoever holds it has made `target`.
 *
 * @param {string} file
 * @param {string} target
 * @returns {Promise<(() => Promise<void>) | undefined>} the release, or nothing when `target` is there
 */
async function lock(file, target) {
  let told = false;
  while (!(await exists(target))) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(`${hostname()}\n${process.pid}`);
      await handle.close();
      const heartbeat = setInterval(() => {
        const now = new Date();
        utimes(file, now, now).catch(() => {});
      }, HEARTBEAT_MS);
      return async () => {
        clearInterval(heartbeat);
        await rm(file, { force: true });
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") {
        throw error;
      }
    }
    if (await isStale(file)) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) {
      say(`waiting for another process that makes ${target}`);
      told = true;
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return undefined;
}

/**
 * Makes a folder of the cache once. The work goes on in a sibling folder that is renamed when it is
 * whole, so an interrupted or failed install is never taken for a whole one. The lock only spares two
 * processes the same work; the rename alone keeps the folder right.
 *
 * @param {string} name
 * @param {string} version what makes a copy differ from another one, in its folder's name
 * @param {(folder: string) => Promise<void>} install fills the folder
 * @returns {Promise<string>} the whole folder
 */
export async function installOnce(name, version, install) {
  const target = join(cacheFolder(), name, version);
  if (await exists(target)) {
    return target;
  }
  await mkdir(dirname(target), { recursive: true }).catch((error) => {
    throw new UnavailableError(
      `${cacheFolder()} cannot be written to (${error.code}): name another folder in LAB_IMAGES_CACHE`,
    );
  });
  const release = await lock(`${target}.lock`, target);
  if (!release) {
    return target;
  }
  const partial = `${target}.partial-${process.pid}`;
  const cleanUp = async () => {
    await rm(partial, { recursive: true, force: true });
    await release();
  };
  const forget = beforeEnd(cleanUp);
  try {
    await removePartials(target);
    await mkdir(partial);
    await install(partial);
    await rename(partial, target).catch(async (error) => {
      if (!(await exists(target))) {
        throw error;
      }
    });
    return target;
  } finally {
    forget();
    await cleanUp();
  }
}

/** What interrupted installs left; only the holder of the lock calls this.
 * @param {string} target */
async function removePartials(target) {
  const folder = dirname(target);
  for (const entry of await readdir(folder)) {
    if (entry.startsWith(`${basename(target)}.partial-`)) {
      await rm(join(folder, entry), { recursive: true, force: true });
    }
  }
}
