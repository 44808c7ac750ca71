import type { ParseArgsOptionsConfig } from "node:util";
import type { SecretSource } from "../../engine/build/build-request.ts";
import { optionTokens } from "../option-tokens.ts";
import { unknownOption } from "../unknown-option.ts";
import {
  OptionMistake,
  readAssignment,
  readExtraHost,
  readNamedContext,
  readSecret,
  readSshAgent,
} from "./option-values.ts";
import { type ProgressKind, readProgressKind } from "./progress-kind.ts";

/** What `lab-images build` was asked for. */
export interface BuildOptions {
  /** Folders, Dockerfiles, or names of images of the lab; none with `all`. */
  readonly subjects: readonly string[];
  /** Every image of the lab. */
  readonly all: boolean;
  /** Builds also what is up to date. */
  readonly force: boolean;
  readonly file: string | undefined;
  readonly tags: readonly string[];
  readonly args: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, SecretSource>;
  readonly sshAgents: ReadonlyMap<string, string>;
  readonly extraHosts: readonly string[];
  readonly namedContexts: ReadonlyMap<string, string>;
  readonly cacheFrom: readonly string[];
  readonly target: string | undefined;
  readonly platform: string | undefined;
  readonly network: string | undefined;
  readonly pull: boolean;
  readonly noCache: boolean;
  readonly push: boolean;
  readonly host: string | undefined;
  readonly progress: ProgressKind;
}

export type BuildArguments =
  | { readonly kind: "build"; readonly options: BuildOptions }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "mistake"; readonly message: string };

const optionTypes = {
  tag: { type: "string", short: "t" },
  file: { type: "string", short: "f" },
  "build-arg": { type: "string" },
  "build-context": { type: "string" },
  label: { type: "string" },
  secret: { type: "string" },
  ssh: { type: "string" },
  "add-host": { type: "string" },
  "cache-from": { type: "string" },
  target: { type: "string" },
  platform: { type: "string" },
  network: { type: "string" },
  pull: { type: "boolean" },
  "no-cache": { type: "boolean" },
  all: { type: "boolean" },
  force: { type: "boolean" },
  push: { type: "boolean" },
  host: { type: "string", short: "H" },
  progress: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies ParseArgsOptionsConfig;

type OptionName = keyof typeof optionTypes;

/** Reads the arguments behind `build`; `env` gives the values of arguments and secrets that name only a variable. */
export function readBuildArguments(args: readonly string[], env: NodeJS.ProcessEnv): BuildArguments {
  const texts = new Map<OptionName, string[]>();
  const subjects: string[] = [];
  for (const token of optionTokens(args, optionTypes)) {
    if (token.kind === "positional") subjects.push(token.value);
    if (token.kind !== "option") continue;
    const { name, value, rawName } = token;
    if (!isOption(name)) return mistake(unknownOption(rawName, Object.keys(optionTypes)));
    const isFlag = optionTypes[name].type === "boolean";
    if (isFlag && value !== undefined) return mistake(`--${name} takes no value; write --${name} alone.`);
    if (name === "help" || name === "version") return { kind: name };
    if (!isFlag && !value) return mistake(`--${name} needs a value: ${examples[name]}.`);
    texts.set(name, [...(texts.get(name) ?? []), value ?? ""]);
  }
  try {
    return { kind: "build", options: optionsOf(texts, subjects, env) };
  } catch (error) {
    if (error instanceof OptionMistake) return mistake(error.message);
    throw error;
  }
}

function optionsOf(
  texts: ReadonlyMap<OptionName, readonly string[]>,
  subjects: readonly string[],
  env: NodeJS.ProcessEnv,
): BuildOptions {
  const all = (name: OptionName) => texts.get(name) ?? [];
  const last = (name: OptionName) => texts.get(name)?.at(-1);
  checkNumber(texts, subjects);
  const progress = readProgressKind(last("progress") ?? "auto");
  const pairs = (name: "build-arg" | "label") =>
    new Map(all(name).flatMap((text) => readAssignment(`--${name}`, text, name === "build-arg" ? env : {})));
  return {
    subjects,
    all: texts.has("all"),
    force: texts.has("force"),
    file: last("file"),
    tags: all("tag"),
    args: pairs("build-arg"),
    labels: pairs("label"),
    secrets: new Map(all("secret").map((text) => readSecret(text, env))),
    sshAgents: new Map(all("ssh").map((text) => readSshAgent(text, env))),
    namedContexts: new Map(all("build-context").map(readNamedContext)),
    extraHosts: all("add-host").map(readExtraHost),
    cacheFrom: all("cache-from"),
    target: last("target"),
    platform: last("platform"),
    network: last("network"),
    pull: texts.has("pull"),
    noCache: texts.has("no-cache"),
    push: texts.has("push"),
    host: last("host"),
    progress,
  };
}

/** Options that say something of one image. */
const ofOneImage = ["tag", "file", "target"] as const satisfies readonly OptionName[];

function checkNumber(texts: ReadonlyMap<OptionName, unknown>, subjects: readonly string[]): void {
  const [first] = subjects;
  if (texts.has("all") && first !== undefined)
    throw new OptionMistake(`--all is every image of the lab: leave "${first}" or --all out.`);
  const single = ofOneImage.find((name) => texts.has(name));
  if (single !== undefined && (texts.has("all") || subjects.length > 1))
    throw new OptionMistake(`--${single} is for one image: build that with a command of its own.`);
}

const examples: Readonly<Record<OptionName, string>> = {
  tag: "-t registry/name:tag",
  file: "-f path/Dockerfile",
  "build-arg": "--build-arg NAME=value",
  "build-context": "--build-context NAME=path",
  label: "--label NAME=value",
  secret: "--secret id=token,src=path",
  ssh: "--ssh default",
  "add-host": "--add-host name:address",
  "cache-from": "--cache-from registry/name:tag",
  target: "--target stage",
  platform: "--platform linux/amd64",
  network: "--network host",
  host: "--host ssh://user@node",
  progress: "--progress plain",
  pull: "",
  "no-cache": "",
  all: "",
  force: "",
  push: "",
  help: "",
  version: "",
};

function mistake(message: string): BuildArguments {
  return { kind: "mistake", message };
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(optionTypes, name);
}
