import { editDistance } from "../edit-distance.ts";
import { observedTags } from "./catalogue.ts";
import { cudaReleases, versionNumbers } from "./releases.ts";

/** An OS part of a tag, taken apart: `ubuntu22.04` is family `ubuntu`, version `22.04`. */
interface OsName {
  readonly family: string;
  readonly version: string;
}

function split(os: string): OsName | undefined {
  const match = /^([a-z]+)(\d[\d.]*)$/.exec(os);
  return match?.[1] && match[2] ? { family: match[1], version: match[2] } : undefined;
}

const catalogued = [...cudaReleases.values()].flatMap(({ images }) => [...images.keys()]);
const seenLater = observedTags.map((tag) => tag.slice(tag.lastIndexOf("-") + 1));
const versionsByFamily = new Map<string, Set<string>>();
for (const name of [...catalogued, ...seenLater].map(split)) {
  if (!name) continue;
  const versions = versionsByFamily.get(name.family) ?? new Set();
  versionsByFamily.set(name.family, versions.add(name.version));
}

/** `ubuntu`, `rockylinux`, `ubi` …: every OS family that an `nvidia/cuda` tag has named. */
export const osFamilies: readonly string[] = [...versionsByFamily.keys()];

/** Whether any release's images, those seen after the catalogue included, are on this OS. */
export function isKnownOs(os: string): boolean {
  const name = split(os);
  return name !== undefined && (versionsByFamily.get(name.family)?.has(name.version) ?? false);
}

/** As a number to compare within a family: 22.04, 9. */
function ordinal(version: string): number {
  const [major = 0, minor = 0] = versionNumbers(version);
  return major + minor / 100;
}

/** Whether the family is known, and already in a later version than this one: `ubuntu23.10`, not `ubuntu28.04`. */
export function isBehindFamily(os: string): boolean {
  const name = split(os);
  const versions = [...(versionsByFamily.get(name?.family ?? "") ?? [])];
  return name !== undefined && versions.some((version) => ordinal(version) > ordinal(name.version));
}

function meantFamily(letters: string): string | undefined {
  if (versionsByFamily.has(letters)) return letters;
  if (letters.length < 4) return undefined;
  return osFamilies.find(
    (family) => family.startsWith(letters) || (family.length >= 6 && editDistance(letters, family, 2) <= 2),
  );
}

/**
 * The OS that a misspelt part means: `ubuntu2204`, `ubuntu22`, `ubuntu-22.04`, `Ubuntu22.04` and `ubunut22.04` all
 * mean `ubuntu22.04`. Undefined where nothing known is near; a known OS is itself.
 */
export function meantOs(os: string): string | undefined {
  if (isKnownOs(os)) return os;
  const match = /^([a-z]+)(\d[\d.]*)$/.exec(os.toLowerCase().replace(/[^a-z\d.]/g, ""));
  const family = match?.[1] && meantFamily(match[1]);
  if (!family || !match?.[2]) return undefined;
  const digits = match[2];
  const versions = [...(versionsByFamily.get(family) ?? [])].sort((a, b) => ordinal(b) - ordinal(a));
  const version =
    versions.find((known) => ordinal(known) === ordinal(digits)) ??
    versions.find((known) => known.replace(".", "") === digits.replaceAll(".", "")) ??
    versions.find((known) => known.startsWith(`${digits}.`));
  return version && family + version;
}

const redHatLike = new Set(["centos", "rockylinux", "oraclelinux", "ubi"]);

/**
 * How far a tag's OS is from the wished one, to rank suggestions: 0 the same, 9 to 18 another version of the
 * same family, more for another family. Without a wish, the newest Ubuntu is the nearest.
 */
export function osDistance(wish: string | undefined, os: string): number {
  if (wish === os) return 0;
  const [wanted, found] = [split(wish ?? ""), split(os)];
  if (!found) return 30;
  if (!wanted || !versionsByFamily.has(wanted.family)) {
    return found.family === "ubuntu" ? (30 - ordinal(found.version)) / 4 : 16;
  }
  const years = Math.min(18, Math.abs(ordinal(found.version) - ordinal(wanted.version)));
  if (found.family === wanted.family) return 9 + years / 2;
  return (redHatLike.has(wanted.family) && redHatLike.has(found.family) ? 12 : 19) + years / 4;
}
