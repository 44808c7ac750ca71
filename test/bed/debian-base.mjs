import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "./cache.mjs";
import { makeTar } from "./docker-tar.mjs";
import { findCommand, run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

export const DEBIAN_RELEASE = "bookworm";
export const DEBIAN_BASE = `debian:${DEBIAN_RELEASE}-test`;
/** The same with package lists, for a RUN that only installs. */
export const DEBIAN_WITH_LISTS = `debian:${DEBIAN_RELEASE}-test-lists`;
export const BUSYBOX_BASE = "busybox:test";

/** Counts up when what is put into the base changes, so that an old copy in the cache is not taken. */
const RECIPE = "1";
/** Dockerfiles call it, and minbase does not have it. */
const INCLUDE = "sudo";
const FALLBACK_MIRROR = "http://deb.debian.org/debian";

/**
 * What Debian's and Ubuntu's images on Docker Hub set for apt (`debuerreotype`): apt deletes the packages that it
 * installed and keeps its lists compressed. Without them a fix would seem to save more than it does.
 */
const APT_SETTINGS = {
  "docker-clean": `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`,
  "docker-gzip-indexes": 'Acquire::GzipIndexes "true";\n',
  "docker-no-languages": 'Acquire::Languages "none";\n',
  "docker-autoremove-suggests": 'Apt::AutoRemove::SuggestsImportant "false";\n',
};

/** @param {string} text a `.list` or a `.sources` file */
function mirrorIn(text) {
  const release = new RegExp(`\\b${DEBIAN_RELEASE}\\b(?!-)`);
  for (const line of text.split("\n")) {
    const [, uri, suite = ""] = line.match(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/) ?? [];
    if (uri && release.test(suite)) {
      return uri;
    }
  }
  for (const paragraph of text.split(/\n\s*\n/)) {
    const uri = paragraph.match(/^URIs:\s*(\S+)/m)?.[1];
    const suites = paragraph.match(/^Suites:(.*)$/m)?.[1] ?? "";
    if (uri && suites.split(/\s+/).includes(DEBIAN_RELEASE)) {
      return uri;
    }
  }
  return undefined;
}

/** Where this machine gets Debian from. */
export async function debianMirror() {
  const folder = "/etc/apt/sources.list.d";
  const more = (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
  for (const file of ["/etc/apt/sources.list", ...more]) {
    const mirror = mirrorIn(await readFile(file, "utf8").catch(() => ""));
    if (mirror?.startsWith("http")) {
      return mirror;
    }
  }
  return FALLBACK_MIRROR;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
async function must(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) {
    throw new UnavailableError(`${command}: ${output.trim().split("\n").slice(-3).join(" | ")}`);
  }
}

/**
 * A root filesystem as in Debian's image on Docker Hub, without the lists and the packages that were downloaded.
 *
 * @param {string} folder gets `rootfs.tar`
 * @param {string} mirror
 */
async function makeRootfs(folder, mirror) {
  const root = join(folder, "rootfs");
  // It mounts /proc into the folder: in a namespace of its own, so that no mount outlives it when it is ended.
  const debootstrap = ["debootstrap", "--variant=minbase", `--include=${INCLUDE}`];
  await must("unshare", ["--mount", ...debootstrap, DEBIAN_RELEASE, root, mirror]);
  for (const [name, text] of Object.entries(APT_SETTINGS)) {
    await writeFile(join(root, "etc/apt/apt.conf.d", name), text);
  }
  // Theirs too: without it, dpkg waits for the disk at every file.
  await writeFile(join(root, "etc/dpkg/dpkg.cfg.d/docker-apt-speedup"), "force-unsafe-io\n");
  // Services that a package starts would run while the image is built.
  await writeFile(join(root, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  const security = mirror.replace(/\/debian\/?$/, "/debian-security");
  await writeFile(
    join(root, "etc/apt/sources.list"),
    `deb ${mirror} ${DEBIAN_RELEASE} main\ndeb ${mirror} ${DEBIAN_RELEASE}-updates main\n` +
      `deb ${security} ${DEBIAN_RELEASE}-security main\n`,
  );
  for (const emptied of ["var/lib/apt/lists", "var/cache/apt", "var/cache/ldconfig", "var/log"]) {
    await rm(join(root, emptied), { recursive: true, force: true });
  }
  for (const needed of ["var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log/apt"]) {
    await mkdir(join(root, needed), { recursive: true });
  }
  await writeFile(join(root, "etc/machine-id"), "");
  await must("tar", [
    "--create",
    "--numeric-owner",
    "--one-file-system",
    "-f",
    join(folder, "rootfs.tar"),
    "-C",
    root,
    ".",
  ]);
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
}

/** The root filesystem as a tar in the cache: 40 s the first time. */
async function debianRootfs() {
  const mirror = await debianMirror();
  const folder = await installOnce(
    "debian-base",
    `${DEBIAN_RELEASE}-${process.arch}-${RECIPE}`,
    async (partial) => {
      const system = await ensureSystemPackages([
        { name: "debootstrap", commands: ["debootstrap"] },
        "debian-archive-keyring",
      ]);
      if (!system.ok) {
        throw new UnavailableError(`no Debian base: ${system.reason}`);
      }
      await step(`Debian ${DEBIAN_RELEASE} from ${mirror}`, () => makeRootfs(partial, mirror));
    },
  );
  return join(folder, "rootfs.tar");
}

/**
 * A Debian image with apt that works, under its own name and those that Dockerfiles ask for.
 *
 * @param {ReturnType<import("./docker-api.mjs").dockerClient>} docker
 * @param {readonly string[]} [names] also
 */
export async function importDebianBase(docker, names = []) {
  const tar = await debianRootfs();
  await step(`import of ${DEBIAN_BASE}`, () => docker.import(createReadStream(tar), DEBIAN_BASE));
  for (const name of names) {
    await docker.tag(DEBIAN_BASE, name);
  }
}

/**
 * Makes the Debian image with package lists, and so finds out whether the mirror can be reached from a build.
 *
 * @param {ReturnType<import("./docker-api.mjs").dockerClient>} docker
 */
export async function makeDebianWithLists(docker) {
  // Without this setting apt-get update succeeds when it could fetch nothing.
  const dockerfile = `FROM ${DEBIAN_BASE}\nRUN apt-get -o APT::Update::Error-Mode=any update\n`;
  const result = await step("package lists from the mirror", () =>
    docker.build(dockerfile, { tag: DEBIAN_WITH_LISTS }),
  );
  if (!result.ok) {
    throw new UnavailableError(`Debian's mirror cannot be reached from a build: ${result.error}`);
  }
}

/**
 * An image of 2 MB with a shell and the usual commands, for tests that need no Debian.
 *
 * @param {ReturnType<import("./docker-api.mjs").dockerClient>} docker
 * @param {readonly string[]} [names] also
 */
export async function importBusyboxBase(docker, names = []) {
  // A busybox that was found in another place may need libraries that the image does not have.
  const system = await ensureSystemPackages(["busybox-static"]);
  const busybox = findCommand("busybox");
  if (!system.ok || !busybox) {
    throw new UnavailableError(`no busybox base: ${system.ok ? "busybox is not on PATH" : system.reason}`);
  }
  const { output } = await run(busybox, ["--list"]);
  const applets = output.split("\n").filter((name) => name && name !== "busybox");
  const content = await readFile(busybox);
  /** @type {Record<string, import("./docker-tar.mjs").TarEntry>} */
  const files = {
    "bin/busybox": { content, mode: 0o755 },
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
  };
  for (const applet of applets) {
    files[`bin/${applet}`] = { link: "busybox" };
  }
  await docker.import(makeTar(files), BUSYBOX_BASE);
  for (const name of names) {
    await docker.tag(BUSYBOX_BASE, name);
  }
}
