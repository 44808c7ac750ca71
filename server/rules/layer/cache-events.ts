import { aptCall, commandsThatNeedLists } from "../../../core/commands/apt.ts";
import { condaCall, hasCondaOption } from "../../../core/commands/conda.ts";
import { pipCall, pipOption } from "../../../core/commands/pip.ts";
import { rmCall } from "../../../core/commands/rm.ts";
import { toolCall } from "../../../core/commands/tool-call.ts";
import { lookupAt, type RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { OsRelease } from "../../../core/image/base-facts.ts";
import { repositoryFetchesLists, updatesItself } from "../apt/unseen-apt.ts";
import { type Cache, cacheToolOf } from "./cache-tools.ts";
import { contains, type Place, shellPath } from "./place.ts";

/** A command that leaves a cache behind. */
export interface CacheMade {
  readonly kind: "made";
  /** Undefined for a script that is not seen into: it may have left any. */
  readonly cache: Cache | undefined;
  /** Where it lies; empty when that is not known. */
  readonly directories: readonly string[];
  /** Whether it certainly runs, and certainly leaves the cache. */
  readonly certain: boolean;
  readonly invocation: Invocation;
}

/** A command that deletes a cache. */
export interface CacheCleaned {
  readonly kind: "cleaned";
  /** What a program's own clean-up deletes; undefined for `rm`. */
  readonly cache: Cache | undefined;
  /** Where the program's cache lies, or what `rm` deletes. */
  readonly directories: readonly string[];
  readonly certain: boolean;
  readonly invocation: Invocation;
  /** The last word that says so: the path of `rm`. */
  readonly word: ShellWord;
}

export type CacheEvent = CacheMade | CacheCleaned;

/**
 * What a RUN's commands do to caches, in order. What lands in a cache mount is no layer's, and left out. `os` is that of
 * the image it runs in, where known.
 */
export function cacheEvents(run: RunInstruction, place: Place, os: OsRelease | undefined): CacheEvent[] {
  const events: CacheEvent[] = [];
  const exported = exportedBy(run);
  for (const invocation of run.shell.invocations) {
    const reader = new EventReader(run, place, invocation, exported, repositoryFetchesLists(os));
    events.push(...reader.read());
  }
  return events.filter((event) => !isMounted(run, event));
}

/** The names that a RUN's commands export with a value. */
function exportedBy({ shell }: RunInstruction): Set<string> {
  const names = new Set<string>();
  for (const { name, args } of shell.invocations) {
    if (name !== "export") continue;
    for (const { value, prefix } of args) {
      const text = value ?? prefix;
      const equals = text.indexOf("=");
      if (equals > 0) names.add(text.slice(0, equals));
    }
  }
  return names;
}

/** Whether the clean-up deletes what the other command made. */
export function cleans(cleaned: CacheCleaned, made: CacheMade): boolean {
  if (made.cache === undefined) return true;
  if (cleaned.cache !== undefined) {
    if (cleaned.cache !== made.cache) return false;
    const [one] = cleaned.directories;
    return one !== undefined && one === made.directories[0];
  }
  return made.directories.some((directory) =>
    cleaned.directories.some((path) => deletes(path, made.cache, directory)),
  );
}

/** Whether the clean-up deletes more than the caches that were made: a folder around them, with what else lies there. */
export function deletesMore(cleaned: CacheCleaned, made: readonly CacheMade[]): boolean {
  if (cleaned.cache !== undefined) return false;
  return cleaned.directories.some((path) => {
    const root = path.replace(/(?<=.)\/\*$/, "");
    if (/^\/var\/(?:lib|cache)\/apt$|\/pkgs$/.test(root)) return false;
    return !made.some(({ directories }) => directories.some((each) => contains(each, root)));
  });
}

/** Whether a command runs a script that is not seen into. */
export function isOpaque({ name, args, word, context }: Invocation): boolean {
  if (name === "") return true;
  if (/\.(sh|bash)$/.test(name) || /^\.\/(install|setup|bootstrap)/.test(word.value ?? "")) return true;
  if (!/^(sh|bash|dash|ash|zsh|ksh)$/.test(name)) return false;
  if (args.some(({ value }) => value !== null && /^-[a-z]*c$/.test(value))) return false;
  return args.some(({ value }) => value === null || !/^[-+]/.test(value)) || context.fedBy.length > 0;
}

const conda = "/opt/conda/pkgs";
const pipCommands = new Set(["install", "download", "wheel"]);
const condaCommands = new Set(["install", "create", "update", "upgrade", "env create", "env update"]);

class EventReader {
  readonly #run: RunInstruction;
  readonly #place: Place;
  readonly #invocation: Invocation;
  readonly #exported: ReadonlySet<string>;
  readonly #repositoryFetches: boolean;
  readonly #certain: boolean;

  constructor(
    run: RunInstruction,
    place: Place,
    invocation: Invocation,
    exported: ReadonlySet<string>,
    repositoryFetches: boolean,
  ) {
    this.#run = run;
    this.#exported = exported;
    this.#repositoryFetches = repositoryFetches;
    // With sudo it is not sure whose home the program takes.
    this.#place =
      invocation.through.includes("sudo") && place.user !== "root" ? { ...place, home: null } : place;
    this.#invocation = invocation;
    this.#certain = !invocation.context.conditional && !invocation.context.inFunction;
  }

  read(): CacheEvent[] {
    const invocation = this.#invocation;
    if (isOpaque(invocation)) return [this.#made(undefined, [], false)];
    return this.#apt() ?? this.#pip() ?? this.#conda() ?? this.#tool() ?? this.#rm() ?? this.#find() ?? [];
  }

  #apt(): CacheEvent[] | undefined {
    const invocation = this.#invocation;
    if (updatesItself(invocation)) return [this.#made("apt-lists", [aptLists], this.#repositoryFetches)];
    const call = aptCall(invocation);
    if (!call) return undefined;
    const word = call.commandWord;
    const command = call.command ?? "";
    if (!word) return [];
    if (command === "update") return [this.#made("apt-lists", [aptLists], true)];
    if (commandsThatNeedLists.has(command))
      return [this.#made("apt-archives", [aptArchives], !call.open && command !== "source")];
    if (!/^(clean|auto-?clean|distclean)$/.test(command)) return [];
    const events = [this.#cleaned("apt-archives", [aptArchives], word)];
    return command === "distclean" ? [...events, this.#cleaned("apt-lists", [aptLists], word)] : events;
  }

  #pip(): CacheEvent[] | undefined {
    const call = pipCall(this.#invocation);
    if (!call) return undefined;
    const directories = present([this.#inHome("PIP_CACHE_DIR", "pip")]);
    const [subcommand] = call.targets;
    if (call.command === "cache" && subcommand?.value === "purge")
      return [this.#cleaned("pip", directories, subcommand)];
    if (!pipCommands.has(call.command ?? "")) return [];
    if (this.#variable("PIP_NO_CACHE_DIR") !== undefined || pipOption(call, "no-cache-dir")) return [];
    if (pipOption(call, "cache-dir") || pipOption(call, "dry-run")) return [];
    return [this.#made("pip", directories, !call.open)];
  }

  #conda(): CacheEvent[] | undefined {
    const call = condaCall(this.#invocation);
    if (!call) return undefined;
    if (hasCondaOption(call, "--dry-run", "-d", "--help", "-h")) return [];
    const set = this.#variable("CONDA_PKGS_DIRS");
    const directories = present([set === undefined ? conda : set]);
    if (call.command === "clean")
      return [this.#cleaned("conda", directories, this.#lastWord(this.#invocation.word))];
    if (
      !condaCommands.has(call.command ?? "") ||
      hasCondaOption(call, "--download-only", "--clone", "--offline")
    )
      return [];
    const open = this.#invocation.args.some(mayHideOptions);
    return [this.#made("conda", directories, !open)];
  }

  #tool(): CacheEvent[] | undefined {
    const invocation = this.#invocation;
    const tool = cacheToolOf(invocation.name);
    if (!tool) return undefined;
    const call = toolCall(invocation);
    const words = call.words.map(({ value }) => value ?? "").join(" ");
    const directories = present(tool.directories(this.#place.home));
    if (tool.empties.test(words)) {
      const last = call.words.at(-1) ?? invocation.word;
      return [this.#cleaned(tool.cache, directories, this.#lastWord(last))];
    }
    if (call.options.has("--version") || call.options.has("--help")) return [];
    if (!tool.fills.test(words) || tool.without.some((option) => call.options.has(option))) return [];
    if (tool.variables.some((name) => this.#variable(name) !== undefined)) return [];
    return [this.#made(tool.cache, directories, !call.open)];
  }

  #rm(): CacheEvent[] | undefined {
    const call = rmCall(this.#invocation);
    if (!call) return undefined;
    return call.paths.flatMap((word) => {
      const path = this.#deleted(word);
      return path === undefined ? [] : [this.#cleaned(undefined, [path], word)];
    });
  }

  /** `find /var/lib/apt/lists -delete`: enough to say that a RUN cleans up behind itself. */
  #find(): CacheEvent[] | undefined {
    const { name, args } = this.#invocation;
    if (name !== "find") return undefined;
    if (!args.some(({ value }) => value === "-delete" || value === "rm")) return [];
    return args.flatMap((word) => {
      const path = this.#deleted(word);
      return path === undefined ? [] : [{ ...this.#cleaned(undefined, [path], word), certain: false }];
    });
  }

  #deleted(word: ShellWord): string | undefined {
    const path = shellPath(this.#invocation, word, this.#place, null);
    // Exec form starts no shell: a pattern stays as it is written, and nothing is deleted.
    return path !== undefined && !this.#invocation.node && /[*?[]/.test(path) ? undefined : path;
  }

  #made(cache: Cache | undefined, directories: readonly string[], certain: boolean): CacheMade {
    const invocation = this.#invocation;
    return { kind: "made", cache, directories, certain: certain && this.#certain, invocation };
  }

  #cleaned(cache: Cache | undefined, directories: readonly string[], word: ShellWord): CacheCleaned {
    return {
      kind: "cleaned",
      cache,
      directories,
      certain: this.#certain,
      invocation: this.#invocation,
      word,
    };
  }

  /** The further of `word` and the last option: `conda clean -afy`. */
  #lastWord(word: ShellWord): ShellWord {
    const last = this.#invocation.args.at(-1);
    return last && last.span.end > word.span.end ? last : word;
  }

  #inHome(variable: string, name: string): string | null {
    const own = this.#variable(variable);
    if (own !== undefined) return own;
    const base = this.#variable("XDG_CACHE_HOME");
    if (base !== undefined) return base && `${base}/${name}`;
    return this.#place.home && `${this.#place.home}/.cache/${name}`;
  }

  #variable(name: string): string | null | undefined {
    const given = this.#invocation.environment.get(name);
    if (given !== undefined) return given;
    if (this.#exported.has(name)) return null;
    return lookupAt(this.#run)(name);
  }
}

const aptLists = "/var/lib/apt/lists";
const aptArchives = "/var/cache/apt/archives";

function present(directories: readonly (string | null)[]): string[] {
  return directories.filter((directory): directory is string => directory !== null && directory !== "");
}

/** Whether `rm` of `path` (a pattern, perhaps) empties the directory in which the cache lies. */
function deletes(path: string, cache: Cache | undefined, directory: string): boolean {
  if (directory === conda && /\/[^/]*(conda|mamba|forge)[^/]*\/pkgs(\/\*)?$/i.test(path)) return true;
  if (cache === "apt-archives" && path === `${directory}/*.deb`) return true;
  if (cache === "npm" && path === `${directory}/_cacache`) return true;
  const everything = path.endsWith("/*");
  const root = everything ? path.slice(0, -2) || "/" : path;
  if (/[*?[{]/.test(root) || !contains(root, directory)) return false;
  // A pattern does not match names that begin with a dot.
  return !everything || !directory.slice(root.length).replace(/^\//, "").startsWith(".");
}

function isMounted(run: RunInstruction, { cache, directories }: CacheEvent): boolean {
  return run.mounts.some(({ type, target }) => {
    if (type !== "cache" && type !== "tmpfs") return false;
    if (target === undefined || (cache === "conda" && /pkgs|conda|mamba|forge/.test(target))) return true;
    return directories.some((directory) => contains(target.replace(/(?<=[^/])\/+$/, ""), directory));
  });
}
