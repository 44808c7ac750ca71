import { relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { LineIndex, type Span } from "../dockerfile/span.ts";
import { fullName } from "../image/reference.ts";
import { type BakeFile, type BakeTarget, bakeName } from "./bake-file.ts";
import {
  type BuildScript,
  type ScriptBuild,
  type ScriptOption,
  type ScriptStep,
  settingOptions,
} from "./build-script.ts";
import type { ManifestProblem } from "./manifest-text.ts";
import { variablesSetBy } from "./script-variables.ts";

/** The build of one Dockerfile as a build script or a bake file has it: of several builds the one that counts. */
export interface FolderBuild extends ScriptBuild, BuildPlace {
  /** Every name that it gives; the one it goes by first: with a registry, where one has it. */
  readonly tags: readonly string[];
  /** What it is in `docker-bake.json`. */
  readonly target: BakeTarget | undefined;
  /** The builds of the same Dockerfile that do not count. */
  readonly others: readonly ScriptBuild[];
  /** What the file has done beside this build, or with it, and is not done here. */
  readonly lost: readonly ManifestProblem[];
}

/** Where a file says that something is built. */
export interface BuildPlace {
  /** Its name in the lab's root. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly span: Span;
}

/** One build that a file speaks of. */
export interface StatedBuild extends BuildPlace {
  readonly build: ScriptBuild;
  readonly target: BakeTarget | undefined;
  readonly lost: readonly ManifestProblem[];
  /** What it is given beside its context and its arguments; `null` where anything that it is given is not known. */
  readonly rest: BakeTarget["rest"] | readonly string[] | null;
}

/** Options that make another image, or fail a build that goes without them; `lab-images build` can be given each. */
const toldOptions = new Set(["--add-host", "--build-context", "--label", "--secret", "--ssh"]);
/** The same as fields of a bake target. */
const toldFields = new Map([
  ["extra-hosts", "--add-host"],
  ["labels", "--label"],
  ["secret", "--secret"],
  ["ssh", "--ssh"],
]);
/** Options that say how a build is run, or what becomes of its image: no part of the image. */
// biome-ignore format: a table reads better in columns
const ofTheRun = new Set([
  "--builder", "--cache-from", "--cache-to", "--cgroup-parent", "--cpu-period", "--cpu-quota", "--cpu-shares", "-c",
  "--cpuset-cpus", "--cpuset-mems", "--debug", "-D", "--force-rm", "--iidfile", "--load", "--memory", "-m", "--memory-swap",
  "--metadata-file", "--no-cache", "--no-cache-filter", "--output", "-o", "--progress", "--pull", "--quiet", "-q", "--rm",
  "--shm-size", "--ulimit",
]);

/** The builds of a script of this name, in its order; `docker tag` counts as a name of the build before it. */
export function scriptBuilds(file: string, script: BuildScript): StatedBuild[] {
  const lines = new LineIndex(script.text);
  const stated: StatedBuild[] = [];
  /** What the build that has given each name, in full, last is called, and what is lost of it. */
  const byName = new Map<string, { readonly tags: string[]; readonly lost: ManifestProblem[] }>();
  const isSetHere = ownVariables(script);
  for (const step of script.steps) {
    if (step.kind === "tag" && step.from.value !== null) {
      const { to } = step;
      const named = byName.get(fullName(step.from.value));
      if (to.value === null) named?.lost.push(problemAt(file, lines, to.span, nameNotKnown(step.from.value)));
      else if (named) {
        named.tags.push(to.value);
        byName.set(fullName(to.value), named);
      }
    }
    if (step.kind !== "build" || !step.build) continue;
    const { span } = step;
    const tags = [...step.build.tags];
    const lost = lostOfStep(step).map((each) => problemAt(file, lines, each.span, each.message));
    for (const tag of tags) byName.set(fullName(tag), { tags, lost });
    const build = { ...step.build, tags };
    const line = lines.lineAt(span.start) + 1;
    const rest = restOf(build, step.options, isSetHere);
    stated.push({ file, build, target: undefined, line, span, lost, rest });
  }
  return stated;
}

/** The targets of a `docker-bake.json`. */
export function bakeBuilds({ text, targets }: BakeFile): StatedBuild[] {
  const lines = new LineIndex(text);
  return targets.map((target) => {
    const { name, span, platforms, otherContexts, unread, args } = target;
    const options = [
      ...(otherContexts.length > 0 ? ["--build-context"] : []),
      ...unread.flatMap((field) => toldFields.get(field) ?? []),
    ];
    const messages = [
      ...options.map((option) => leftOut(`What ${option} gives`, name)),
      ...(platforms.length > 1 ? [onePlatform(name)] : []),
    ];
    const lost = messages.map((message) => problemAt(bakeName, lines, span, message));
    const line = lines.lineAt(span.start) + 1;
    const rest = [...args.values()].includes(null) ? null : target.rest;
    return { file: bakeName, build: target, target, line, span, lost, rest };
  });
}

/**
 * The builds by their Dockerfiles. Of several the first that gives a name counts; those like it add their names, and
 * what differs is told.
 *
 * @param root of the lab, absolute
 */
export function onePerDockerfile(stated: readonly StatedBuild[], root: string): Map<string, FolderBuild> {
  const byPath = new Map<string, StatedBuild[]>();
  for (const each of stated) {
    const { dockerfile } = each.build;
    const known = byPath.get(dockerfile);
    if (known) known.push(each);
    else byPath.set(dockerfile, [each]);
  }
  return new Map([...byPath].map(([path, builds]) => [path, oneOf(builds, relative(root, path))]));
}

function oneOf(builds: readonly StatedBuild[], path: string): FolderBuild {
  const chosen = builds.find(({ build }) => build.tags.length > 0) ?? builds[0]!;
  const alike = builds.filter((each) => each === chosen || isAlike(each, chosen));
  const taken = new Set(alike);
  const others = builds.filter((each) => !taken.has(each));
  const again = others.map((other) => problemOf(other, builtAgain(path, chosen, other)));
  return {
    ...chosen.build,
    file: chosen.file,
    line: chosen.line,
    span: chosen.span,
    target: chosen.target,
    tags: mainFirst(alike.flatMap(({ build }) => build.tags)),
    others: others.map(({ build }) => build),
    lost: [...alike.flatMap(({ lost }) => lost), ...again],
  };
}

/**
 * What a script of this name in the lab's root (absolute) does, and the builds that are taken from it do not; of the
 * Dockerfiles (absolute paths) alone for which `isTaken`.
 */
export function lostOf(
  script: BuildScript,
  file: string,
  root: string,
  isTaken: (dockerfile: string) => boolean,
): ManifestProblem[] {
  const builds = onePerDockerfile(scriptBuilds(file, script), root);
  const lost = [...builds].flatMap(([path, build]) => (isTaken(path) ? build.lost : []));
  return lost.sort((a, b) => a.span.start - b.span.start);
}

/** A build of a Dockerfile that is no image of the lab. */
export function noImage(build: FolderBuild, root: string): ManifestProblem {
  const path = relative(root, build.dockerfile);
  return problemOf(
    build,
    `${path} is built here, and is the image of none of the lab's folders. Build it by its path.`,
  );
}

/** Whether all that a script builds is known: then it gives no argument to any other Dockerfile. */
export function isReadWhole({ scripts, invocations, steps }: BuildScript): boolean {
  const builds = steps.filter((step) => step.kind === "build");
  const isKnown = builds.every(
    ({ build, options }) => build && options.every(({ name }) => name.startsWith("-")),
  );
  const mayBuildMore = invocations.some(
    ({ name, args }) =>
      otherRunners.has(name) || args.slice(0, 2).some(({ value }) => otherBuilds.has(value ?? "")),
  );
  return builds.length > 0 && isKnown && !mayBuildMore && scripts.every(({ tree }) => !tree.errors);
}

/** Programs that put together commands of their own. */
const otherRunners = new Set(["eval", "xargs", "parallel", "ssh"]);
const otherBuilds = new Set(["bake", "compose"]);

function lostOfStep({ tags, options, build }: Extract<ScriptStep, { kind: "build" }>): Lost[] {
  const image = build?.tags[0] ?? "this image";
  const names = tags.flatMap(({ value, span }) =>
    value === null
      ? {
          span,
          message: nameNotKnown(image),
        }
      : [],
  );
  const rest = options.flatMap(({ name, value, span }): Lost[] => {
    if (toldOptions.has(name)) return [{ span, message: leftOut(`What ${name} gives`, image) }];
    if (name === "--platform" && value?.includes(",")) return [{ span, message: onePlatform(image) }];
    const isUnknown = settingOptions.has(name) ? value === null : !/^-|^"?\$\{?[@*\d]/.test(name);
    return isUnknown ? [{ span, message: leftOut(`What ${name} gives`, image) }] : [];
  });
  return [...names, ...rest];
}

interface Lost {
  readonly span: Span;
  readonly message: string;
}

function nameNotKnown(image: string): string {
  return `A name that ${image} gets is known only when this runs. Write it out, or into lab-images.json.`;
}

function leftOut(what: string, image: string): string {
  return `${what} ${image} is not taken over. Give it to lab-images build.`;
}

function onePlatform(image: string): string {
  return `${image} is built for one platform at a time, the daemon's own where none is named. Name it with --platform.`;
}

function builtAgain(path: string, chosen: StatedBuild, other: StatedBuild): string {
  const own =
    "For this one, make a Dockerfile of its own, or give its tag and arguments to lab-images build.";
  const first = chosen.target?.name ?? `the build of line ${chosen.line}`;
  const where = chosen.file === other.file ? first : `${first} of ${chosen.file}`;
  const what = other.target ? `${other.target.name} is built` : "The image is built here";
  const way = chosen.rest === null || other.rest === null ? "perhaps in another way" : "in another way";
  return `${what} from ${path} ${way} than by ${where}, which alone is taken. ${own}`;
}

function problemOf({ file, line, span }: BuildPlace, message: string): ManifestProblem {
  return { file, line, span, message, syntax: false };
}

function problemAt(file: string, lines: LineIndex, span: Span, message: string): ManifestProblem {
  return { file, line: lines.lineAt(span.start) + 1, span, message, syntax: false };
}

/** Whether two builds of a Dockerfile certainly make the same image: then it may go by the names of both. */
function isAlike(one: StatedBuild, other: StatedBuild): boolean {
  const [a, b] = [one.build, other.build];
  return (
    one.rest !== null &&
    other.rest !== null &&
    a.context === b.context &&
    a.args.size === b.args.size &&
    [...a.args].every(([name, value]) => b.args.has(name) && b.args.get(name) === value) &&
    isDeepStrictEqual(one.rest, other.rest)
  );
}

/** See {@link StatedBuild.rest}. An argument that the script itself sets may have another value at each build. */
function restOf(
  { args, passed }: ScriptBuild,
  options: readonly ScriptOption[],
  isSetHere: (name: string) => boolean,
): string[] | null {
  const given = options.filter(({ name }) => !ofTheRun.has(name));
  const isKnown =
    given.every(({ value }) => value !== null) &&
    [...args].every(([name, value]) => (passed.has(name) ? !isSetHere(name) : value !== null));
  return isKnown ? given.map(({ name, value }) => `${name} ${value}`).sort() : null;
}

/** Tells of a variable of the environment whether the script may give it a value of its own. */
function ownVariables(script: BuildScript): (name: string) => boolean {
  const isPassed = script.steps.some((step) => step.kind === "build" && step.build?.passed.size);
  const { set, open } = isPassed ? variablesSetBy(script) : { set: [], open: false };
  const names = new Set(set);
  return (name) => open || names.has(name);
}

function mainFirst(tags: readonly string[]): string[] {
  const main = tags.find((tag) => tag.includes("/"));
  return [...new Set(main === undefined ? tags : [main, ...tags])];
}
