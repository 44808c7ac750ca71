import { resolve } from "node:path";
import type { Span } from "../dockerfile/span.ts";
import { type BakeText, bakeText } from "./bake-text.ts";
import type { ScriptBuild, StageSettings } from "./build-script.ts";
import { type ManifestProblem, ManifestText } from "./manifest-text.ts";
import type { VariableValues } from "./manifest-variables.ts";

/** The file of docker buildx bake that is read. */
export const bakeName = "docker-bake.json";

/** What bake reads as well, in a language of its own. */
export const hclNames: readonly string[] = ["docker-bake.hcl", "docker-bake.override.hcl"];

/** A target that makes an image. */
export interface BakeTarget extends ScriptBuild {
  readonly name: string;
  /** Where its name stands in the file. */
  readonly span: Span;
  /** Other targets that its Dockerfile may name, by what it calls them (`contexts`, `target:base`). */
  readonly bases: ReadonlyMap<string, string>;
  /** The other `contexts`, as they are written. */
  readonly otherContexts: readonly string[];
  readonly platforms: readonly string[];
  /** The fields of it that are not read. */
  readonly unread: readonly string[];
  /** All fields that make another image of it, as they are written, but for its context, Dockerfile and arguments. */
  readonly rest: JsonObject;
}

/** A `docker-bake.json`, as far as it could be read. */
export interface BakeFile {
  readonly text: string;
  /** In the order of the file; those that others only inherit from left out. */
  readonly targets: readonly BakeTarget[];
  readonly problems: readonly ManifestProblem[];
}

/** Targets inherit from each other at most so deep. */
const deepest = 100;

type JsonObject = Readonly<Record<string, unknown>>;

/** How a build is run, or what becomes of its image: no part of the image. */
const ofTheRun = new Set([
  "name",
  "description",
  "inherits",
  "no-cache",
  "pull",
  "output",
  "cache-from",
  "cache-to",
]);
/** Where a target is built, what with, and what it is called. */
const ofItsOwn = new Set(["context", "dockerfile", "args", "tags"]);
const read = new Set([...ofItsOwn, "contexts", "network", "platforms", "target"]);

/**
 * Reads a `docker-bake.json` in `folder` (absolute), from where its paths are taken (docker's bake file reference). What
 * needs more of HCL than a variable's name is not known.
 */
export function readBakeFile(text: string, folder: string, variables: VariableValues = {}): BakeFile {
  const source = new ManifestText(text, bakeName);
  const problems = source.syntaxProblems;
  const file = objectOf(source.value);
  const written = objectOf(file.target);
  const { fill } = bakeText(file, variables);
  const told = (path: readonly string[], message: string) =>
    problems.push(source.problem(message, source.nameSpan(path)));
  if (problems.length === 0 && Object.keys(written).length === 0) told([], `${bakeName} names no target.`);

  const resolved = inheritedTargets(written);
  const inGroups = new Set(
    Object.values(objectOf(file.group)).flatMap((group) => textsOf(objectOf(group).targets)),
  );
  const basesOfOthers = new Set(
    [...resolved.values()].flatMap((target) => targetsIn(objectOf(target.contexts)).map(([, base]) => base)),
  );
  const parents = new Set(Object.values(written).flatMap((target) => textsOf(objectOf(target).inherits)));
  const targets = [...resolved].flatMap(([name, target]): BakeTarget[] => {
    if (parents.has(name) && !inGroups.has(name) && !basesOfOthers.has(name)) return [];
    const path = ["target", name];
    const context = fill(target.context ?? ".");
    const dockerfile = fill(target.dockerfile ?? "Dockerfile");
    if (target.matrix !== undefined || target["dockerfile-inline"] !== undefined) {
      const what = target.matrix === undefined ? "dockerfile-inline" : "matrix";
      told(path, `The target ${name} has a ${what}, which is not read: it is no image here.`);
      return [];
    }
    if (context === null || dockerfile === null || /^[a-z][\w+.-]*:\/\/|^git@|^-$/.test(context)) {
      told(path, `The folder or the Dockerfile of the target ${name} is not known: it is no image here.`);
      return [];
    }
    const contextPath = resolve(folder, context);
    const contexts = objectOf(target.contexts);
    const platforms = textsOf(target.platforms).flatMap((each) => fill(each) ?? []);
    return [
      {
        name,
        span: source.nameSpan(path),
        context: contextPath,
        dockerfile: resolve(contextPath, dockerfile),
        args: argumentsIn(objectOf(target.args), fill),
        passed: new Set(),
        tags: textsOf(target.tags).flatMap((tag) => fill(tag) ?? []),
        bases: new Map(targetsIn(contexts).map(([key, base]) => [fill(key) ?? key, base])),
        otherContexts: Object.keys(contexts).filter((key) => !isTarget(contexts[key])),
        settings: settingsOf(fill(target.network), platforms, fill(target.target)),
        platforms,
        rest: Object.fromEntries(
          Object.entries(target).filter(([key]) => !ofItsOwn.has(key) && !ofTheRun.has(key)),
        ),
        unread: Object.keys(target).filter((key) => !read.has(key) && !ofTheRun.has(key)),
      },
    ];
  });
  return { text, targets, problems };
}

/** The targets with what they inherit: their own fields win, arguments and contexts one by one. */
function inheritedTargets(targets: JsonObject): Map<string, JsonObject> {
  const resolved = new Map<string, JsonObject>();
  const resolve = (name: string, below: ReadonlySet<string>): JsonObject => {
    const known = resolved.get(name);
    if (known) return known;
    const own = objectOf(targets[name]);
    if (below.has(name) || below.size > deepest) return own;
    const inner = new Set(below).add(name);
    const layers = [...textsOf(own.inherits).map((parent) => resolve(parent, inner)), own];
    const merged = (key: string) => Object.assign({}, ...layers.map((layer) => objectOf(layer[key])));
    const whole = Object.assign({}, ...layers, { args: merged("args"), contexts: merged("contexts") });
    resolved.set(name, whole);
    return whole;
  };
  return new Map(Object.keys(targets).map((name) => [name, resolve(name, new Set())]));
}

/** Bake gives none that is null. */
function argumentsIn(args: JsonObject, fill: BakeText["fill"]): Map<string, string | null> {
  const given = Object.entries(args).filter(([, value]) => value !== null);
  return new Map(given.map(([key, value]) => [key, fill(value)]));
}

/** An image is built for one platform. */
function settingsOf(
  network: string | null,
  platforms: readonly string[],
  target: string | null,
): StageSettings {
  return {
    ...(network !== null && { network }),
    ...(platforms.length === 1 && { platform: platforms[0]! }),
    ...(target !== null && { target }),
  };
}

function targetsIn(contexts: JsonObject): [name: string, target: string][] {
  return Object.entries(contexts).flatMap(([name, value]): [string, string][] =>
    isTarget(value) ? [[name, value.slice("target:".length)]] : [],
  );
}

function isTarget(context: unknown): context is string {
  return typeof context === "string" && context.startsWith("target:");
}

function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === "string");
}
