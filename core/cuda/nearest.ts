import { onDemand } from "../on-demand.ts";
import { osDistance } from "./os.ts";
import {
  compareVersions,
  cudaReleases,
  cudnnMajor,
  type Flavour,
  flavours,
  hasImage,
  isObservedMinor,
  isSupportedOn,
  minorOf,
  observed,
  type TagParts,
  tagName,
  versionNumbers,
} from "./releases.ts";

/** What the author of a tag was after, as far as the tag says it. Values may be misspelt. */
export interface TagWish {
  readonly cuda?: string | undefined;
  /** `cudnn8`, `cudnn`; undefined for none. */
  readonly cudnn?: string | undefined;
  readonly flavour?: Flavour | undefined;
  readonly os?: string | undefined;
}

const supportedParts = onDemand((): readonly TagParts[] =>
  [...cudaReleases.values()].flatMap((release) =>
    [...release.images].flatMap(([os, images]) =>
      isSupportedOn(release, os)
        ? [undefined, ...images.libraries].flatMap((library) =>
            flavours
              .filter((flavour) => hasImage(release, { library, flavour, os }))
              .map((flavour) => ({ cuda: release.cuda, library, flavour, os })),
          )
        : [],
    ),
  ),
);

function observedParts(): readonly TagParts[] {
  return [...observed].map((tag) => {
    const parts = tag.split("-");
    const [cuda = "", os = ""] = [parts[0], parts.at(-1)];
    const flavour = flavours.find((name) => name === parts.at(-2)) ?? "base";
    return { cuda, library: parts.length > 3 ? parts[1] : undefined, flavour, os };
  });
}

interface Candidate {
  readonly parts: TagParts;
  readonly name: string;
}

/** Of two tags equally near a wish the newer release comes first, then the name; each release by itself. */
function ranked(tags: readonly TagParts[]): ReadonlyMap<string, readonly Candidate[]> {
  const candidates = tags
    .map((parts) => ({ parts, name: tagName(parts) }))
    .sort((a, b) => compareVersions(b.parts.cuda, a.parts.cuda) || (a.name < b.name ? -1 : 1));
  const releases = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const release = releases.get(candidate.parts.cuda);
    if (release) release.push(candidate);
    else releases.set(candidate.parts.cuda, [candidate]);
  }
  return releases;
}

const rankedSupported = onDemand(() => ranked(supportedParts()));
const rankedWithObserved = onDemand(() => ranked([...observedParts(), ...supportedParts()]));

/** A later patch is nearly the same thing, a later minor keeps programs running, an older one may lack functions. */
function releaseDistance(wish: string | undefined, cuda: string): number {
  if (wish === cuda) return 0;
  const [newestMajor = 0, newestMinor = 0] = versionNumbers(supportedParts()[0]?.cuda ?? "");
  const [major = 0, minor = 0] = versionNumbers(cuda);
  if (wish === undefined)
    return 10 * (newestMajor - major) + (major === newestMajor ? newestMinor : 9) - minor;
  const [wantedMajor = 0, wantedMinor] = versionNumbers(wish);
  if (major > wantedMajor) return 20 + 10 * (major - wantedMajor) + minor;
  if (major < wantedMajor) return 60 + 10 * (wantedMajor - major) - minor;
  if (wantedMinor === undefined) return 10 - minor;
  if (minor === wantedMinor) return compareVersions(cuda, wish) > 0 ? 1 : 2;
  return minor > wantedMinor ? 9 + 2 * (minor - wantedMinor) : 12 + wantedMinor - minor;
}

const flavourDistances: Readonly<Record<Flavour | "none", Readonly<Record<Flavour, number>>>> = {
  devel: { devel: 0, runtime: 25, base: 30 },
  runtime: { runtime: 0, devel: 15, base: 22 },
  base: { base: 0, runtime: 15, devel: 18 },
  none: { devel: 0, runtime: 0.2, base: 0.4 },
};

function cudnnDistance(wish: string | undefined, library: string | undefined): number {
  if (wish === library) return 0;
  if (wish === undefined || library === undefined) return 20;
  // A bare `cudnn` asks for whatever cuDNN the release has; a number asks for that one.
  return wish === "cudnn" || cudnnMajor(wish) === cudnnMajor(library) ? 0 : 6;
}

/**
 * At most three published and supported tags near a wish, best first: the same release, flavour, OS and cuDNN where
 * they exist together, else the next release up of the same major. The weights say what gives way first: the patch,
 * then the OS version or a later minor, the CUDA major, cuDNN or the flavour. The order is the same on every call.
 */
export function nearestTags(wish: TagWish): string[] {
  const beyond = wish.cuda !== undefined && isObservedMinor(minorOf(wish.cuda));
  const releases = beyond ? rankedWithObserved() : rankedSupported();
  const ofOs = distances((os) => osDistance(wish.os, os));
  const ofFlavour = flavourDistances[wish.flavour ?? "none"];
  const best: { readonly name: string; readonly distance: number }[] = [];
  for (const [cuda, candidates] of releases) {
    const near = releaseDistance(wish.cuda, cuda);
    // Most releases alone are too far away.
    if (best.length === 3 && near >= best[2]!.distance) continue;
    for (const { parts, name } of candidates) {
      const distance =
        near + cudnnDistance(wish.cudnn, parts.library) + ofFlavour[parts.flavour] + ofOs(parts.os);
      if (best.length === 3 && distance >= best[2]!.distance) continue;
      // The candidates come in the order that decides between equals: a later one goes behind.
      const at = best.findIndex((each) => each.distance > distance);
      best.splice(at < 0 ? best.length : at, 0, { name, distance });
      best.length = Math.min(best.length, 3);
    }
  }
  const limit = (best[0]?.distance ?? 0) + 20;
  return best.filter(({ distance }) => distance <= limit).map(({ name }) => name);
}

/** Some 600 candidates share some 20 OS names, and those next to each other mostly the same. */
function distances(compute: (key: string) => number): (key: string) => number {
  const known = new Map<string, number>();
  let lastKey: string | undefined;
  let last = 0;
  return (key) => {
    if (key === lastKey) return last;
    lastKey = key;
    last = known.get(key) ?? compute(key);
    known.set(key, last);
    return last;
  };
}
