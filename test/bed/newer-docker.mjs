import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "./cache.mjs";
import { debianMirror } from "./debian-base.mjs";
import { findCommand, run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

/**
 * Debian's releases after the one that the bed is made of, and where their Docker keeps images: the newest in containerd's
 * store, as new installs of Docker 29 and Docker Desktop do, the other one as all did before.
 */
export const newerDockers = /** @type {const} */ ([
  { release: "trixie", containerdStore: false },
  { release: "sid", containerdStore: true },
]);

/** @typedef {(typeof newerDockers)[number]} NewerDocker */

/** Counts up when what is taken from the packages changes. */
const RECIPE = "1";
const PACKAGES = ["docker.io", "containerd"];

/**
 * The folder with the dockerd and the containerd of a newer Debian, for `startDocker`. Nothing is
 * installed: the packages are unpacked into the cache, 250 MB once.
 *
 * @param {NewerDocker["release"]} release
 * @returns {Promise<string>}
 */
export async function newerDocker(release) {
  const folder = await installOnce("docker", `${release}-${process.arch}-${RECIPE}`, async (partial) => {
    if (!findCommand("apt-get") || !findCommand("dpkg")) {
      throw new UnavailableError(`no Docker of Debian ${release}: this machine has no apt-get and dpkg`);
    }
    const system = await ensureSystemPackages(["debian-archive-keyring"]);
    if (!system.ok) {
      throw new UnavailableError(`no Docker of Debian ${release}: ${system.reason}`);
    }
    await step(`Docker of Debian ${release}`, () => unpack(release, partial));
  });
  return join(folder, "bin");
}

/**
 * @param {string} release
 * @param {string} folder
 */
async function unpack(release, folder) {
  const apt = join(folder, "apt");
  await mkdir(join(apt, "lists/partial"), { recursive: true });
  await mkdir(join(apt, "archives/partial"), { recursive: true });
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await writeFile(
    join(apt, "sources.list"),
    `deb [signed-by=${keyring}] ${await debianMirror()} ${release} main\n`,
  );
  // Lists and settings of its own: the machine's apt is not touched.
  const settings = {
    "Dir::Etc::sourcelist": join(apt, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::Lists": join(apt, "lists"),
    "Dir::Cache": apt,
    "APT::Update::Error-Mode": "any",
    "APT::Sandbox::User": "root",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  await must("apt-get", [...options, "update"], folder);
  await must("apt-get", [...options, "download", ...PACKAGES], folder);
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(".deb"))) {
    await must("dpkg", ["-x", name, "root"], folder);
    await rm(join(folder, name));
  }
  await mkdir(join(folder, "bin"));
  for (const place of ["usr/bin", "usr/sbin"]) {
    const entries = await readdir(join(folder, "root", place), { withFileTypes: true }).catch(() => []);
    // A link leads out, to what no container here needs.
    for (const { name } of entries.filter((entry) => entry.isFile())) {
      await rename(join(folder, "root", place, name), join(folder, "bin", name));
    }
  }
  await rm(join(folder, "root"), { recursive: true });
  await rm(apt, { recursive: true });
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
async function must(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) {
    const reason = output.trim().split("\n").slice(-3).join(" | ");
    throw new UnavailableError(`${command} ${args.at(-1)}: ${reason}`);
  }
}
