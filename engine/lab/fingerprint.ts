import type { BuildReason } from "./lab-build-event.ts";

/** The label that an image built here carries: what went into it, for all who see it on that host. */
export const fingerprintLabel = "lab-images.fingerprint";

/** The parts of a build that make its image what it is. Digests are the first 16 hexadecimal digits of a SHA-256. */
export interface Fingerprint {
  /** Its name in the lab: an image that is built on it by other means inherits the label. */
  readonly image: string;
  /** Of the Dockerfile's instructions, comments and line breaks left out. */
  readonly dockerfile: string;
  /** Of the files that it takes from the context: names, modes and contents; never times. */
  readonly files: string;
  /** Of the build arguments that it declares, and of target, platform, network and labels. */
  readonly arguments: string;
  /**
   * The images that it builds on or copies from, in the Dockerfile's order: the first 12 digits of their ids; `-` for one
   * that is not on the host, which the builder fetches by itself.
   */
  readonly bases: readonly string[];
}

const version = "1";
const unknownBase = "-";

/** The first digits of an image's id, as a fingerprint has them. */
export function baseId(id: string | undefined): string {
  return id === undefined ? unknownBase : id.replace(/^sha256:/, "").slice(0, 12);
}

/** As it stands on the label: `1 base dockerfile=… files=… arguments=… bases=…,…`. */
export function fingerprintText({ image, dockerfile, files, arguments: args, bases }: Fingerprint): string {
  const name = encodeURIComponent(image);
  return `${version} ${name} dockerfile=${dockerfile} files=${files} arguments=${args} bases=${bases.join(",")}`;
}

const shape = /^1 (\S+) dockerfile=(\w+) files=(\w+) arguments=(\w+) bases=(\S*)$/;

/** Undefined for what is no fingerprint, or one of another version of this program. */
export function readFingerprint(text: string | undefined): Fingerprint | undefined {
  const match = shape.exec(text ?? "");
  if (!match) return undefined;
  const [, image = "", dockerfile = "", files = "", args = "", bases = ""] = match;
  return {
    image: decodedName(image),
    dockerfile,
    files,
    arguments: args,
    bases: bases === "" ? [] : bases.split(","),
  };
}

/** Which parts are others now. A base that was or is not on the host tells nothing. */
export function changedParts(before: Fingerprint, now: Fingerprint): BuildReason[] {
  const changed: BuildReason[] = [];
  if (before.dockerfile !== now.dockerfile) changed.push("dockerfile");
  if (before.files !== now.files) changed.push("files");
  if (before.arguments !== now.arguments) changed.push("arguments");
  // Of another number the Dockerfile or the arguments have changed, which is said.
  const isComparable = before.bases.length === now.bases.length;
  if (isComparable && before.bases.some((base, index) => isOther(base, now.bases[index]!)))
    changed.push("base");
  return changed;
}

function isOther(before: string, now: string): boolean {
  return before !== now && before !== unknownBase && now !== unknownBase;
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
