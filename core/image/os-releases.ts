import type { BaseFacts, OsRelease } from "./base-facts.ts";

// Names and versions: Debian's distro-info-data (ubuntu.csv, debian.csv), release 0.58+deb12u6.
const codenames: ReadonlyMap<string, OsRelease> = new Map([
  ...named(
    "ubuntu",
    `trusty 14.04, xenial 16.04, bionic 18.04, focal 20.04, jammy 22.04, kinetic 22.10, lunar 23.04, mantic 23.10,
      noble 24.04, oracular 24.10, plucky 25.04, questing 25.10, resolute 26.04`,
  ),
  ...named("debian", "jessie 8, stretch 9, buster 10, bullseye 11, bookworm 12, trixie 13, forky 14"),
]);

function named(id: string, rows: string): [string, OsRelease][] {
  return rows.split(",").map((row) => {
    const [name = "", version = ""] = row.trim().split(" ");
    return [name, { id, version }];
  });
}

/** The `ID` of `/etc/os-release` by the name that tags give a family. */
const identifiers: ReadonlyMap<string, string> = new Map([
  ["ubuntu", "ubuntu"],
  ["debian", "debian"],
  ["alpine", "alpine"],
  ["rockylinux", "rocky"],
  ["almalinux", "almalinux"],
  ["centos", "centos"],
  ["oraclelinux", "ol"],
  ["ubi", "rhel"],
  ["amzn", "amzn"],
  ["fedora", "fedora"],
]);

/**
 * The release that a part of a tag names: `ubuntu22.04`, `jammy`, `bookworm`, `alpine3.20`, `rockylinux9`, `ubi8`.
 * A point release is left out where the system's name has none: `rockylinux9.3` is Rocky Linux 9.
 */
export function osFromTagPart(part: string): OsRelease | undefined {
  const byName = codenames.get(part);
  if (byName) return byName;
  const [, family, version] = /^([a-z]+)(\d+(?:\.\d+)*)$/.exec(part) ?? [];
  const id = family && identifiers.get(family);
  return id && version ? osRelease(id, version) : undefined;
}

/** A release by its family and number; undefined for a number that names none (`ubuntu:22`). */
export function osRelease(id: string, version: string): OsRelease | undefined {
  const [major = "", minor] = version.split(".");
  if (id === "ubuntu") return minor?.length === 2 ? { id, version: `${major}.${minor}` } : undefined;
  if (id === "alpine") return minor === undefined ? undefined : { id, version: `${major}.${minor}` };
  return { id, version: major };
}

/** The package manager that an operating system's images come with. */
export function packageManagerOf({ id, version }: OsRelease): BaseFacts["packageManager"] {
  if (id === "ubuntu" || id === "debian") return "apt";
  if (id === "alpine") return "apk";
  if (id === "fedora") return "dnf";
  if (id === "amzn") return Number(version) >= 2023 ? "dnf" : "yum";
  return Number(version) >= 8 ? "dnf" : "yum";
}

// python3-defaults of each release (packages.ubuntu.com, packages.debian.org). Releases not listed are not known here.
const systemPythons: ReadonlyMap<string, string> = new Map([
  ["ubuntu 16.04", "3.5"],
  ["ubuntu 18.04", "3.6"],
  ["ubuntu 20.04", "3.8"],
  ["ubuntu 22.04", "3.10"],
  ["ubuntu 23.04", "3.11"],
  ["ubuntu 23.10", "3.11"],
  ["ubuntu 24.04", "3.12"],
  ["ubuntu 24.10", "3.12"],
  ["ubuntu 25.04", "3.13"],
  ["ubuntu 25.10", "3.13"],
  ["debian 9", "3.5"],
  ["debian 10", "3.7"],
  ["debian 11", "3.9"],
  ["debian 12", "3.11"],
  ["debian 13", "3.13"],
]);

/** The Python that the release's package `python3` installs; undefined where it is not known. */
export function systemPythonOf({ id, version }: OsRelease): string | undefined {
  return systemPythons.get(`${id} ${version}`);
}

/** Whether the release's own Python refuses pip (PEP 668): Ubuntu from 23.04, Debian from 12. */
export function isExternallyManaged({ id, version }: OsRelease): boolean {
  return (id === "ubuntu" && Number(version) >= 23.04) || (id === "debian" && Number(version) >= 12);
}

/** Where a release's image keeps the archive that its packages come from. */
export interface AptSources {
  readonly path: string;
  /** The hosts that its addresses name. */
  readonly hosts: readonly string[];
  /** Whether `/etc/apt/sources.list` is there as well, without any address. */
  readonly emptyList: boolean;
}

const listPath = "/etc/apt/sources.list";
const ubuntuHosts = ["archive.ubuntu.com", "security.ubuntu.com"];

/**
 * The file of apt's addresses, of images as Docker Hub has them: Ubuntu moved it with 24.04 and left a comment in the old
 * place, Debian moved it with 12. Undefined where it is not known (Ubuntu 23.10, other systems).
 */
export function aptSourcesOf({ id, version }: OsRelease): AptSources | undefined {
  const number = Number(version);
  if (id === "ubuntu" && number >= 24.04)
    return { path: `${listPath}.d/ubuntu.sources`, hosts: ubuntuHosts, emptyList: true };
  if (id === "ubuntu" && number < 23.1) return { path: listPath, hosts: ubuntuHosts, emptyList: false };
  if (id !== "debian") return undefined;
  if (number >= 12)
    return { path: `${listPath}.d/debian.sources`, hosts: ["deb.debian.org"], emptyList: false };
  // Releases up to 10 fetch security updates from a host of their own; both names stand in the file.
  return { path: listPath, hosts: ["deb.debian.org", "security.debian.org"], emptyList: false };
}
