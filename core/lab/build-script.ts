import { resolve } from "node:path";
import { MappedText } from "../dockerfile/mapped-text.ts";
import { collectInvocations } from "../dockerfile/shell/collect-invocations.ts";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { parseShell, type ShellScript } from "../dockerfile/shell/shell-script.ts";
import type { ShellWord } from "../dockerfile/shell/shell-word.ts";
import { SyntaxTrees } from "../dockerfile/shell/syntax-trees.ts";
import type { Span } from "../dockerfile/span.ts";
import { isDockerfileName } from "./dockerfile-name.ts";
import type { LabBuildSettings } from "./lab-build.ts";
import { defaultsIn, foldersOf } from "./script-environment.ts";

/** One `docker build` of a shell script. */
export interface ScriptBuild {
  /** Absolute path of the Dockerfile that it builds. */
  readonly dockerfile: string;
  /** Absolute path of the build context. */
  readonly context: string;
  /** Build arguments; `null` where the script's value cannot be known. */
  readonly args: ReadonlyMap<string, string | null>;
  /** Those of the arguments that have their value of the environment (`--build-arg NAME`). */
  readonly passed: ReadonlySet<string>;
  /** The names it gives the image, those that are known. */
  readonly tags: readonly string[];
  /** How it is run, as far as that is known. */
  readonly settings: StageSettings;
}

/** What a build is given, and the stage that it stops at; the last one without it. */
export type StageSettings = Omit<LabBuildSettings, "labels"> & { readonly target?: string };

/** A value in a script, and the words that give it. */
export interface ScriptValue {
  /** `null` where it cannot be known. */
  readonly value: string | null;
  readonly span: Span;
  /** Whether it stands there as it is, with no variable in it. */
  readonly literal: boolean;
}

/** An option of a build beside its names, its arguments and its file. */
export interface ScriptOption {
  /** `--network`; a word that is not known (`"${OPTIONS[@]}"`) as it is written. */
  readonly name: string;
  /** Empty for a flag; `null` where it cannot be known. */
  readonly value: string | null;
  readonly span: Span;
}

/** What a script has Docker do with images, one command each. */
export type ScriptStep =
  | {
      readonly kind: "build";
      readonly invocation: Invocation;
      /** The words that say so: `docker build`, or the variable that holds them. */
      readonly span: Span;
      /** Undefined where the context is a URL or standard input, or it or the Dockerfile is not known. */
      readonly build: ScriptBuild | undefined;
      readonly tags: readonly ScriptValue[];
      /** The values of build arguments. */
      readonly args: readonly ScriptValue[];
      readonly options: readonly ScriptOption[];
      /** `--push`: it pushes what it builds. */
      readonly pushes: boolean;
    }
  | {
      readonly kind: "push" | "pull";
      readonly invocation: Invocation;
      /** Undefined for `--all-tags`. */
      readonly reference: ScriptValue | undefined;
    }
  | {
      readonly kind: "tag";
      readonly invocation: Invocation;
      readonly from: ScriptValue;
      readonly to: ScriptValue;
    };

/** A shell script that builds or pushes images. */
export interface BuildScript {
  readonly text: string;
  /** The script and those nested in it (`bash -c "…"`). */
  readonly scripts: readonly ShellScript[];
  /** Every program that it starts, in the order they are written. */
  readonly invocations: readonly Invocation[];
  readonly steps: readonly ScriptStep[];
}

const builders = new Set(["docker", "podman", "nerdctl", "buildah"]);
const groups = new Set(["buildx", "image", "builder"]);

/** docker(1), buildx(1), podman(1), nerdctl(1): options before the command that take the next word. */
// biome-ignore format: a table reads better in columns
const beforeCommand = new Set([
  "-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey", "--builder",
  "--connection", "--url", "--identity", "--root", "--runroot", "--storage-driver", "-n", "--namespace", "-a", "--address",
]);

/** docker-buildx-build(1) and docker-build(1): options that take the next word. */
// biome-ignore format: a table reads better in columns
const withValue = new Set([
  "--add-host", "--allow", "--annotation", "--attest", "--build-arg", "--build-context", "--builder", "--cache-from",
  "--cache-to", "--cgroup-parent", "--cpu-period", "--cpu-quota", "--cpu-shares", "--cpuset-cpus", "--cpuset-mems", "-c",
  "-f", "--file", "--iidfile", "--label", "-m", "--memory", "--memory-swap", "--metadata-file", "--network",
  "--no-cache-filter", "-o", "--output", "--platform", "--progress", "--provenance", "--sbom", "--secret",
  "--security-opt", "--shm-size", "--ssh", "-t", "--tag", "--target", "--ulimit", "--isolation",
]);

/** The options that a lab's build is given too. */
export const settingOptions = new Map<string, keyof StageSettings>([
  ["--network", "network"],
  ["--platform", "platform"],
  ["--target", "target"],
]);

/** Whether a command is Docker's, or of a program that takes the same words. */
export function isBuilder({ name }: Invocation): boolean {
  return builders.has(name);
}

/** Whether a file of this name may be a shell build script. */
export function looksLikeScript(name: string): boolean {
  return /\.(sh|bash)$/.test(name) || /^build[\w-]*$/.test(name);
}

/** Whether a file is a shell script, by its name or the first line of its text; a Dockerfile's name says otherwise. */
export function isShellScript(name: string, text: string): boolean {
  if (isDockerfileName(name)) return false;
  return /\.(sh|bash)$/.test(name) || /^#!.*\b(?:ba|da|k|z)?sh\b/.test(text);
}

/**
 * Reads a shell script in `folder`, from where its paths are taken; undefined when it builds and pushes nothing, but for
 * one that speaks of it and cannot be read.
 */
export function parseBuildScript(text: string, folder: string): BuildScript | undefined {
  if (!/\b(docker|podman|nerdctl|buildah)\b/.test(text)) return undefined;
  const source = new MappedText(text, [{ derived: 0, source: 0, sourceEnd: text.length }], text.length);
  const trees = new SyntaxTrees();
  const script = parseShell(source, "heredoc", 0, trees);
  const defaults = defaultsIn(script);
  const read = collectInvocations(script, (name) => defaults.get(name), trees);
  const folders = foldersOf(script, read.invocations, folder);
  const steps = read.invocations.flatMap(
    (invocation) => readStep(invocation, folders.get(invocation) ?? folder) ?? [],
  );
  const mayBuild =
    steps.length > 0 || (script.tree.errors && /\b(?:docker|podman|nerdctl)\s+(?:build|push)\b/.test(text));
  return mayBuild ? { text, ...read, steps } : undefined;
}

function readStep(invocation: Invocation, folder: string): ScriptStep | undefined {
  if (!isBuilder(invocation)) return undefined;
  const { args } = invocation;
  const at = commandAt(args);
  const command = args[at]?.value;
  if (command === "build" || command === "bud") return readBuild(invocation, at, folder);
  if (command !== "push" && command !== "pull" && command !== "tag") return undefined;
  const words = args.slice(at + 1).filter((word) => !(word.value ?? word.prefix).startsWith("-"));
  if (command === "tag") {
    const [from, to] = words.map((word) => valueOf(invocation, word, 0));
    return from && to ? { kind: "tag", invocation, from, to } : undefined;
  }
  const all = args.some(({ value }) => value === "-a" || value === "--all-tags");
  const last = words.at(-1);
  return { kind: command, invocation, reference: last && !all ? valueOf(invocation, last, 0) : undefined };
}

/** Where the command stands behind the program's own options, and the names of groups of commands. */
function commandAt(args: readonly ShellWord[]): number {
  let at = 0;
  for (; at < args.length; at++) {
    const text = args[at]!.value ?? args[at]!.prefix;
    if (beforeCommand.has(text)) at++;
    else if (!text.startsWith("-") && !groups.has(text)) break;
  }
  return at;
}

function readBuild(invocation: Invocation, at: number, folder: string): ScriptStep {
  const { args } = invocation;
  const buildArguments = new Map<string, string | null>();
  const passed = new Set<string>();
  const values: ScriptValue[] = [];
  const tags: ScriptValue[] = [];
  const options: ScriptOption[] = [];
  /** `null` where it cannot be known. */
  let file: string | null | undefined;
  let context: string | undefined;
  let pushes = false;
  for (let index = at + 1; index < args.length; index++) {
    const word = args[index]!;
    const text = word.value ?? word.prefix;
    if (!text.startsWith("-")) {
      if (word.value === null)
        options.push({ name: writtenIn(invocation, word), value: null, span: word.span });
      else context = word.value;
      continue;
    }
    const { option, attached } = optionIn(text, word.value === null);
    const valueWord = attached === undefined && withValue.has(option) ? args[++index] : undefined;
    const holder = valueWord ?? word;
    const from = valueWord ? 0 : (attached ?? 0);
    const written = (holder.value ?? holder.prefix).slice(from);
    if (option === "--build-arg") {
      const sign = written.indexOf("=");
      if (sign > 0) {
        const given = valueOf(invocation, holder, from + sign + 1);
        buildArguments.set(written.slice(0, sign), given.value);
        values.push(given);
      } else if (sign < 0 && written && holder.value !== null) {
        buildArguments.set(written, null);
        passed.add(written);
      } else options.push({ name: writtenIn(invocation, holder), value: null, span: holder.span });
    } else if (option === "-t" || option === "--tag") tags.push(valueOf(invocation, holder, from));
    else if (option === "-f" || option === "--file") file = holder.value === null ? null : written;
    else if (option === "--push") pushes = true;
    else {
      const given = valueWord || attached !== undefined ? valueOf(invocation, holder, from).value : "";
      options.push({ name: option, value: given, span: { start: word.span.start, end: holder.span.end } });
    }
  }
  const span = { start: invocation.word.span.start, end: args[at]!.span.end };
  const names = tags.flatMap(({ value }) => value ?? []);
  const place = placeOf(folder, context, file);
  const settings = settingsIn(options);
  const build = place && { ...place, args: buildArguments, passed, tags: names, settings };
  return { kind: "build", invocation, span, build, tags, args: values, options, pushes };
}

/**
 * An option, and where its value begins in the same word: `--tag=x`, `-tx`, `-t=x`. `goesOn`: more of the word follows
 * that is not known.
 */
function optionIn(text: string, goesOn: boolean): { readonly option: string; readonly attached?: number } {
  if (text.startsWith("--")) {
    const equals = text.indexOf("=");
    return equals < 0 ? { option: text } : { option: text.slice(0, equals), attached: equals + 1 };
  }
  const option = text.slice(0, 2);
  if (!withValue.has(option) || (text.length === 2 && !goesOn)) return { option: text };
  return { option, attached: text[2] === "=" ? 3 : 2 };
}

function placeOf(
  folder: string,
  context: string | undefined,
  file: string | null | undefined,
): Pick<ScriptBuild, "context" | "dockerfile"> | undefined {
  if (context === undefined || file === null || context === "-" || /^[a-z]+:\/\//.test(context))
    return undefined;
  const contextPath = resolve(folder, context);
  return {
    context: contextPath,
    dockerfile: file === undefined ? resolve(contextPath, "Dockerfile") : resolve(folder, file),
  };
}

/** The last one of each counts, as for docker; an image is built for one platform. */
function settingsIn(options: readonly ScriptOption[]): StageSettings {
  const given = options.flatMap(({ name, value }): [string, string][] => {
    const key = settingOptions.get(name);
    return key === undefined || !value || (key === "platform" && value.includes(",")) ? [] : [[key, value]];
  });
  return Object.fromEntries(given);
}

function writtenIn({ script }: Invocation, { written }: ShellWord): string {
  return script.source.text.slice(written.pos, written.end);
}

/** What stands in a word behind its first `from` characters. */
function valueOf(invocation: Invocation, word: ShellWord, from: number): ScriptValue {
  const raw = writtenIn(invocation, word);
  const text = word.value ?? word.prefix;
  // The value's place is certain where the word begins as it is written, without quotes.
  const plain = raw.startsWith(text.slice(0, from));
  const { pos, end } = word.written;
  const { source } = invocation.script;
  return {
    value: word.value === null ? null : word.value.slice(from),
    span: plain ? source.spanOf(pos + from, end) : word.span,
    literal: raw === word.value,
  };
}
