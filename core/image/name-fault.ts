import { parseImageReference } from "./reference.ts";

/** Why an image's name cannot be pushed. */
export interface NameFault {
  readonly message: string;
  /** The same name put right, where that is plain. */
  readonly better: string | undefined;
}

const placeholder =
  /^(?:your[-_]?\w*|<[^>]*>|\{\w+\}|changeme|change[-_]me|username|user[-_]name|gaspar_name)$/i;

/** The part of a name that nobody replaced by their own. */
export function placeholderIn(name: string): string | undefined {
  const parts = name.split("/");
  const [last = ""] = (parts.pop() ?? "").split(":");
  return [...parts, last].find((part) => placeholder.test(part));
}

/**
 * What is wrong with a name that an image is given; undefined where nothing is. `registry` is the lab's, with the path
 * that images are pushed under; a name that is `pushed` must lie somewhere that takes it.
 */
export function nameFault(
  name: string,
  registry: string | undefined,
  pushed: boolean,
): NameFault | undefined {
  const reference = parseImageReference(name);
  if (!reference) return { message: malformed(name), better: lowerCase(name) ?? plainTag(name) };
  if (reference.digest !== undefined)
    return {
      message: `${name} holds a digest, which the registry gives: an image is named without it.`,
      better: undefined,
    };
  if (!pushed) return undefined;
  const isOwn = registry !== undefined && /^[\w.:/-]+$/.test(registry);
  const path = registry?.replace(/(?<!\/)\/+$/, "");
  if (reference.repository.startsWith("docker.io/library/")) {
    const under = isOwn ? `: write ${path}/${name}` : ": put your registry and name in front of it";
    return {
      message: `${name} has no registry, so the push goes to Docker Hub's own images and is refused${under}.`,
      better: undefined,
    };
  }
  const host = path?.split("/")[0];
  if (
    isOwn &&
    reference.registry !== undefined &&
    reference.registry === host &&
    !reference.name.startsWith(`${path}/`)
  )
    return {
      message: `${name} is not under ${path}, where this lab's images are pushed: the registry refuses it. Name it under ${path}/.`,
      better: undefined,
    };
  return undefined;
}

function lowerCase(name: string): string | undefined {
  const tag = /:[^/]*$/.exec(name)?.[0] ?? "";
  const lower = name.slice(0, name.length - tag.length).toLowerCase() + tag;
  return lower !== name && parseImageReference(lower) ? lower : undefined;
}

/** The name with a tag of the characters that one may hold; undefined where another part is wrong. */
function plainTag(name: string): string | undefined {
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  const better = tag && betterTag(tag);
  if (!better) return undefined;
  const plain = name.slice(0, -tag.length) + better;
  return parseImageReference(plain) ? plain : undefined;
}

/** Whether Docker takes a tag. */
export function isTag(tag: string): boolean {
  return parseImageReference(`image:${tag}`)?.tag === tag;
}

/** `2.1+cu118` as `2.1-cu118`; undefined where no tag is left. */
export function betterTag(tag: string): string | undefined {
  const plain = tag
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 128);
  return isTag(plain) ? plain : undefined;
}

function malformed(name: string): string {
  const lower = lowerCase(name);
  if (lower !== undefined) return `${name} holds upper case, which Docker refuses: write ${lower}.`;
  const tag = /:([^/]*)$/.exec(name)?.[1];
  if (tag !== undefined && parseImageReference(name.slice(0, -tag.length - 1)))
    return tag === ""
      ? `${name} ends with a colon and no tag, which Docker refuses: write a tag behind it.`
      : `${tag} is no tag: Docker takes letters, digits, ".", "_" and "-", at most 128 of them, none of "." and "-" first. ${advice(plainTag(name))}`;
  return `${name} is no name that Docker takes: lower case, digits, and single ".", "_" or "-" between them. Correct it.`;
}

function advice(better: string | undefined): string {
  return better === undefined ? "Correct it." : `Write ${better}.`;
}
