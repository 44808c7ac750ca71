import { nearestTags, type TagWish } from "./nearest.ts";
import { isBehindFamily, isKnownOs, meantOs, osFamilies } from "./os.ts";
import {
  type CudaRelease,
  cudaReleases,
  cudnnMajor,
  cudnnParts,
  type Flavour,
  flavours,
  hasImage,
  isSupportedOn,
  minorOf,
  observed,
  placeVersion,
  releasesOfMinor,
  tagName,
  versionNumbers,
} from "./releases.ts";

/** An `nvidia/cuda` tag taken apart, whether or not it exists. A part that the tag lacks is undefined. */
export interface CudaTag {
  /** The tag as written. */
  readonly text: string;
  /** `12.2.2`; any count of numbers. */
  readonly cuda: string | undefined;
  /** `cudnn8`, `cudnn`. */
  readonly cudnn: string | undefined;
  readonly flavour: Flavour | undefined;
  /** `ubuntu22.04`; as written, so `ubuntu2204` stays that. */
  readonly os: string | undefined;
  /** Parts that are none of these, or come a second time. */
  readonly rest: readonly string[];
}

/** What the catalogue says about a tag of `nvidia/cuda`. `nearest` is for a fix: published, supported, best first. */
export type TagJudgement =
  | { readonly kind: "published" }
  /** The release is newer than the catalogue, or the tag may have followed after its date. */
  | { readonly kind: "not-judged" }
  /** Never published. */
  | { readonly kind: "unknown"; readonly why: string; readonly nearest: readonly string[] }
  /** Published once, and deleted. */
  | { readonly kind: "removed"; readonly why: string; readonly nearest: readonly string[] }
  /** Published, and past NVIDIA's support: it may still be pulled, until it is deleted. */
  | { readonly kind: "unsupported"; readonly why: string; readonly nearest: readonly string[] };

const repositories = /^(?:(?:(?:index\.|registry-1\.)?docker\.io|nvcr\.io)\/)?nvidia\/cuda$/;

/**
 * Whether a reference's repository (registry and path, no tag and no digest) is NVIDIA's CUDA images on Docker Hub
 * or NGC. The per-architecture repositories (`nvidia/cuda-arm64`) and copies elsewhere are not.
 */
export function isCudaRepository(repository: string): boolean {
  return repositories.test(repository);
}

const osShape = /^[a-z][a-z_]*\d[\d.]*$/i;

/** Takes a tag apart. Never fails: what it cannot place is in `rest`. */
export function parseCudaTag(text: string): CudaTag {
  const words = text.split("-");
  const cuda = /^\d+(\.\d+)*$/.test(words[0] ?? "") ? words.shift() : undefined;
  let cudnn: string | undefined;
  let flavour: Flavour | undefined;
  let os: string | undefined;
  const rest: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const asFlavour = flavours.find((name) => name === word);
    if (cudnn === undefined && word.startsWith("cudnn")) cudnn = word;
    else if (flavour === undefined && asFlavour) flavour = asFlavour;
    else if (os === undefined && osShape.test(word)) os = word;
    else if (os === undefined && osFamilies.includes(word) && /^\d/.test(words[index + 1] ?? "")) {
      // `ubuntu-22.04`: one part that the author split.
      index++;
      os = `${word}-${words[index] ?? ""}`;
    } else rest.push(word);
  }
  return { text, cuda, cudnn, flavour, os, rest };
}

/** The flavour that a word was meant to be: `dev`, `development`, `Devel`, `run`. */
function meantFlavour(word: string): Flavour | undefined {
  return flavours.find((name) => word.toLowerCase().startsWith(name.slice(0, 3)));
}

function wishOf(tag: CudaTag): TagWish {
  return {
    cuda: tag.cuda,
    cudnn: tag.cudnn,
    flavour: tag.flavour ?? tag.rest.map(meantFlavour).find((name) => name !== undefined),
    os: (tag.os && meantOs(tag.os)) ?? tag.os,
  };
}

function unknown(name: string, faults: readonly string[], wish: TagWish): TagJudgement {
  const why = `nvidia/cuda:${name} was never published, so its pull fails: ${faults.join("; ")}`;
  return faulty("unknown", why, wish);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const quote = (word: string) => `\`${word}\``;

/** Faults that no release could have: parts that mean nothing, and parts that are missing. */
function shapeFaults(tag: CudaTag): string[] {
  const misspelt =
    tag.flavour === undefined ? tag.rest.find((word) => meantFlavour(word) !== undefined) : undefined;
  const faults = tag.rest.map((word) => {
    if (word === "") return "it has an empty part";
    if (word === misspelt)
      return `the flavour is spelt ${quote(meantFlavour(word) ?? "")}, not ${quote(word)}`;
    return `${quote(word)} is no part of an nvidia/cuda tag`;
  });
  const missing = [
    ...(tag.flavour === undefined && misspelt === undefined
      ? ["a flavour (`base`, `runtime` or `devel`)"]
      : []),
    ...(tag.os === undefined ? ["an OS (such as `ubuntu22.04`)"] : []),
  ];
  if (missing.length > 0) faults.push(`it lacks ${list(missing)}`);
  const { cuda, cudnn: library, flavour, os } = tag;
  if (faults.length === 0 && cuda && flavour && os) {
    const ordered = tagName({ cuda, library, flavour, os });
    if (ordered !== tag.text) faults.push(`the parts go in the order ${quote(ordered)}`);
  }
  return faults;
}

/** A fault, none, or `open` where the catalogue is too old to say. */
type PartCheck = { readonly fault: string } | "fine" | "open";

function checkOs(release: CudaRelease, os: string): PartCheck {
  if (release.images.has(os)) return "fine";
  const meant = meantOs(os);
  if (meant !== undefined && meant !== os)
    return { fault: `the OS part is spelt ${quote(meant)}, not ${quote(os)}` };
  if (release.fresh) return "open";
  if (release.state === "supported" && !isKnownOs(os) && !isBehindFamily(os)) return "open";
  const family = /^[a-z]+/i.exec(os)?.[0] ?? os;
  const sameFamily = [...release.images.keys()].filter(
    (name) => name.startsWith(family) && !name.endsWith("-rc"),
  );
  const others = sameFamily.length > 0 ? `, only on ${list(sameFamily.map(quote))}` : "";
  return { fault: `CUDA ${release.cuda} has no images on ${quote(os)}${others}` };
}

function checkCudnn(release: CudaRelease, tag: CudaTag): PartCheck {
  const { cudnn, flavour, os } = tag;
  if (cudnn === undefined) return "fine";
  if (flavour === "base") return { fault: "`base` images never carry cuDNN; `runtime` and `devel` do" };
  const parts = cudnnParts(release);
  // The release may still get cuDNN images under today's name, as 12.4.1 and others did weeks after they came out.
  if (release.fresh && cudnn === "cudnn") return "open";
  if (parts.length === 0) {
    const sibling = releasesOfMinor(minorOf(release.cuda)).find((other) => cudnnParts(other).length > 0);
    const has = sibling
      ? `; CUDA ${sibling.cuda} does, under the name ${list(cudnnParts(sibling).map(quote))}`
      : "";
    return { fault: `CUDA ${release.cuda} has no cuDNN images${has}` };
  }
  if (!parts.includes(cudnn)) {
    const named = parts.map((part) => `cuDNN ${cudnnMajor(part)} under the name ${quote(part)}`);
    return { fault: `CUDA ${release.cuda} images carry ${list(named)}` };
  }
  const images = os === undefined ? undefined : release.images.get(os);
  if (!images || images.libraries.has(cudnn)) return "fine";
  return { fault: `CUDA ${release.cuda} has no ${quote(cudnn)} images on ${quote(os ?? "")}` };
}

function checkFlavour(release: CudaRelease, { flavour, os }: CudaTag): PartCheck {
  const images = os === undefined ? undefined : release.images.get(os);
  if (!images || flavour === undefined || images.flavours.has(flavour)) return "fine";
  return { fault: `CUDA ${release.cuda} has no ${quote(flavour)} images on ${quote(os ?? "")}` };
}

function judgeMissing(release: CudaRelease, tag: CudaTag): TagJudgement {
  const checks = [
    ...(tag.os === undefined ? [] : [checkOs(release, tag.os)]),
    checkCudnn(release, tag),
    checkFlavour(release, tag),
  ];
  const faults = [
    ...shapeFaults(tag),
    ...checks.flatMap((check) => (typeof check === "string" ? [] : [check.fault])),
  ];
  return faults.length > 0 ? unknown(tag.text, faults, wishOf(tag)) : { kind: "not-judged" };
}

/** Whether the catalogue has images of exactly this tag. */
export function isCatalogued(tag: string): boolean {
  const release = cudaReleases.get(parseCudaTag(tag).cuda ?? "");
  return release !== undefined && publishedOs(release, tag) !== undefined;
}

/** The OS part under which the release published exactly this tag; it covers old tags that end in `-rc` or lack one. */
function publishedOs(release: CudaRelease, text: string): string | undefined {
  const match = /^[\d.]+-(?:(cudnn\d*|tensorrt)-)?(base|runtime|devel)(?:-(.+))?$/.exec(text);
  const flavour = flavours.find((name) => name === match?.[2]);
  const os = match?.[3] ?? "";
  return flavour && hasImage(release, { library: match?.[1], flavour, os }) ? os : undefined;
}

function judgePublished(release: CudaRelease, os: string, tag: CudaTag): TagJudgement {
  if (isSupportedOn(release, os)) return { kind: "published" };
  const name = `nvidia/cuda:${tag.text}`;
  const wish = wishOf(tag);
  const images = `the CUDA ${release.cuda} images`;
  if (release.state === "removed") {
    const when = release.since ?? (release.reported && `reported ${release.reported}`);
    const why = `NVIDIA has withdrawn ${images}${when ? ` (${when})` : ""}; pulls of ${name} fail`;
    return faulty("removed", why, wish);
  }
  if (release.state === "presumed-removed") {
    const why = `NVIDIA gave up ${images} in ${release.since} and has most likely deleted them; expect pulls of ${name} to fail`;
    return faulty("removed", why, wish);
  }
  const since = release.since ? ` (since ${release.since})` : "";
  const expected = release.deletion ? ` (expected by ${release.deletion})` : "";
  const what = release.state === "supported" ? `${name}, for its OS,` : name;
  const why = `${what} is past NVIDIA's support${since}, and may be deleted at any time${expected}, after which builds fail`;
  return faulty("unsupported", why, wish);
}

/** A judgement whose nearest tags are looked for when they are asked for: it takes a while, and not every rule asks. */
function faulty<K extends "unknown" | "removed" | "unsupported">(kind: K, why: string, wish: TagWish) {
  let nearest: readonly string[] | undefined;
  return {
    kind,
    why,
    get nearest() {
      nearest ??= nearestTags(wish);
      return nearest;
    },
  };
}

function versionFault(cuda: string): string {
  const count = versionNumbers(cuda).length;
  const siblings = releasesOfMinor(minorOf(cuda)).map((release) => release.cuda);
  if (count < 3 && (versionNumbers(cuda)[0] ?? 0) >= 11) {
    const example = siblings[0] ? `, as in ${quote(siblings[0])}` : "";
    return `tags carry three numbers since CUDA 11.0.3${example}`;
  }
  const others = siblings.length > 0 ? `, only of ${list(siblings)}` : "";
  return `there are no images of CUDA ${cuda}${others}`;
}

/**
 * What is known about a tag of `nvidia/cuda`, without its digest; undefined for a reference that has no tag.
 * Facts: NVIDIA's list of published images up to `catalogueDate`, and newer tags seen in public files. Silent
 * ("not-judged") wherever a tag may have come after that date. `seen` are tags that a registry has, whatever the list says.
 */
export function judgeCudaTag(tag: string | undefined, seen?: ReadonlySet<string>): TagJudgement {
  if (tag === undefined || tag === "latest") {
    const subject = tag === undefined ? "without a tag means `latest`, which" : ":latest";
    const why = `nvidia/cuda${tag === undefined ? " " : ""}${subject} does not exist, so its pull fails: NVIDIA publishes no \`latest\`; every tag names a CUDA release, a flavour and an OS`;
    return faulty("unknown", why, {});
  }
  if (observed.has(tag) || seen?.has(tag)) return { kind: "published" };
  const parsed = parseCudaTag(tag);
  const { cuda } = parsed;
  if (cuda === undefined) {
    return unknown(
      tag,
      ["a tag begins with its CUDA release, as in `12.2.2-devel-ubuntu22.04`"],
      wishOf(parsed),
    );
  }
  const place = placeVersion(cuda);
  if (place === "newer") return { kind: "not-judged" };
  if (place === "never") return unknown(tag, [versionFault(cuda), ...shapeFaults(parsed)], wishOf(parsed));
  const release = cudaReleases.get(cuda);
  if (place === "withdrawn" || !release) {
    if (parsed.flavour === undefined) return unknown(tag, shapeFaults(parsed), wishOf(parsed));
    const why = `NVIDIA has withdrawn the CUDA ${cuda} images with two numbers; pulls of nvidia/cuda:${tag} fail`;
    return faulty("removed", why, wishOf(parsed));
  }
  const os = publishedOs(release, tag);
  return os === undefined ? judgeMissing(release, parsed) : judgePublished(release, os, parsed);
}
