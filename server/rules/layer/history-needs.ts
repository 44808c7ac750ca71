import { posix } from "node:path";
import { type GitCall, gitCall, hasGitOption } from "../../../core/commands/git.ts";
import { pipCall, uvPipCall } from "../../../core/commands/pip.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { BroughtFile } from "./brought-files.ts";
import { isOpaque } from "./cache-events.ts";
import { pathIn } from "./directories.ts";
import type { FileHistory } from "./file-history.ts";
import type { Place } from "./place.ts";

/**
 * What a clone's history is, or may be, needed for:
 * - `history`: a command reads it
 * - `checkout`: another revision is checked out
 * - `package`: an install that may take its version from it
 * - `script`: a script, or a command that is not seen into, in the clone
 * - `submodules`: they are cloned with it
 */
export interface HistoryNeed {
  readonly kind: "history" | "checkout" | "package" | "script" | "submodules";
  /** What is checked out, where it is known. */
  readonly revision?: string;
}

interface PlacedNeed extends HistoryNeed {
  /** Where it stands among all commands. */
  readonly at: number;
}

const rank: readonly HistoryNeed["kind"][] = ["submodules", "script", "package", "checkout", "history"];

/** What the commands of a file need of the histories of its clones, each command looked at once. */
export class HistoryNeeds {
  /** The needs at a folder or below it, the last one of each kind. */
  readonly #below = new Map<string, Map<HistoryNeed["kind"], PlacedNeed>>();
  readonly #anywhere = new Map<HistoryNeed["kind"], PlacedNeed>();
  readonly #positions = new Map<Invocation, number>();

  constructor({ layers, directories, places }: FileHistory) {
    for (const run of layers) {
      if (run.kind !== "RUN") continue;
      const directoryOf = directories.of(run);
      const place = places.of(run);
      for (const invocation of run.shell.invocations) {
        this.#positions.set(invocation, this.#positions.size);
        const directory = directoryOf.get(invocation) ?? null;
        for (const { need, folder } of needsOf(invocation, place, directory)) this.#add(need, folder);
      }
    }
  }

  /** The strongest need of a clone's history behind the clone. */
  of({ path, clone, invocation }: BroughtFile): HistoryNeed | undefined {
    const at = invocation ? (this.#positions.get(invocation) ?? -1) : -1;
    const submodules =
      clone &&
      hasGitOption(clone.call, "--recursive", "--recurse-submodules") &&
      !hasGitOption(clone.call, "--shallow-submodules");
    let found: HistoryNeed | undefined = submodules ? { kind: "submodules" } : undefined;
    for (const needs of [this.#anywhere, path === null ? this.#below.get("/") : this.#below.get(path)]) {
      for (const need of needs?.values() ?? []) {
        if (need.at > at && (!found || rank.indexOf(need.kind) > rank.indexOf(found.kind))) found = need;
      }
    }
    return found;
  }

  #add(need: HistoryNeed, folder: string | null): void {
    const placed: { -readonly [K in keyof PlacedNeed]: PlacedNeed[K] } = {
      ...need,
      at: this.#positions.size - 1,
    };
    const before = folder === null ? undefined : this.#below.get(folder)?.get(need.kind);
    // Of two revisions that are checked out in turn none is enough.
    if (before && before.revision !== need.revision) delete placed.revision;
    if (folder === null) {
      this.#anywhere.set(need.kind, placed);
      return;
    }
    for (
      let at: string | undefined = folder;
      at !== undefined;
      at = at === "/" ? undefined : posix.dirname(at)
    ) {
      const needs = this.#below.get(at) ?? new Map<HistoryNeed["kind"], PlacedNeed>();
      this.#below.set(at, needs.set(need.kind, placed));
    }
  }
}

interface Need {
  readonly need: HistoryNeed;
  /** The folder of the repository that it needs, or one in it; `null` when not known. */
  readonly folder: string | null;
}

const reading = new Set(
  (
    "archive bisect blame cherry cherry-pick describe diff fetch format-patch log merge merge-base name-rev pull " +
    "range-diff rebase revert rev-list shortlog show tag worktree"
  ).split(" "),
);

function needsOf(invocation: Invocation, place: Place, directory: string | null): Need[] {
  const at = (word: ShellWord) => pathIn(invocation, word, place, directory);
  const git = gitCall(invocation);
  if (git) {
    const need = gitNeed(git);
    const folder = git.directory ? at(git.directory) : directory;
    return need
      ? [{ need, folder: invocation.args.some(({ value }) => value === "--git-dir") ? null : folder }]
      : [];
  }
  const installed = installedFolders(invocation);
  if (installed)
    return installed.map((word) => ({ need: { kind: "package" }, folder: word ? at(word) : directory }));
  return isOpaque(invocation) && invocation.name !== ""
    ? [{ need: { kind: "script" }, folder: scriptFolder(invocation, at, directory) }]
    : [];
}

function gitNeed(git: GitCall): HistoryNeed | undefined {
  const { command, targets, open } = git;
  if (command === undefined) return { kind: "history" };
  if (reading.has(command)) return { kind: "history" };
  if (command === "reset") return targets.length > 0 ? { kind: "checkout" } : undefined;
  if (command === "rev-parse" || command === "status" || command === "clean" || command === "lfs")
    return undefined;
  if (command === "submodule") return git.options.has("--remote") ? { kind: "history" } : undefined;
  if (command !== "checkout" && command !== "switch") return undefined;
  const [revision, ...paths] = targets;
  const name = revision?.value ?? undefined;
  // `git checkout -- file`, `git checkout .`: the files of the commit that is there.
  if (!open && (!revision || name === "." || git.invocation.args.some(({ value }) => value === "--")))
    return undefined;
  const branch = git.options.has("-b") || git.options.has("-B") || git.options.has("-c");
  if (open || branch || paths.length > 0 || name === undefined) return { kind: "checkout" };
  return { kind: "checkout", revision: name };
}

/** The folders whose packages a command builds or installs; undefined for the current one, in a list. */
function installedFolders(invocation: Invocation): (ShellWord | undefined)[] | undefined {
  const { name, args } = invocation;
  const pip = pipCall(invocation) ?? uvPipCall(invocation);
  if (pip) {
    if (!["install", "wheel", "download", "sync"].includes(pip.command ?? "")) return undefined;
    const editable = pip.options.flatMap(({ name: option, valueWord }) =>
      option === "editable" && valueWord ? [localPath(valueWord, true)] : [],
    );
    const local = [...pip.targets.map((word) => localPath(word, false)), ...editable].filter(
      (word) => word !== undefined,
    );
    return local.length > 0 ? local : undefined;
  }
  if (/^python[\d.]*$/.test(name)) {
    const [first, second] = args;
    if (/(^|\/)setup\.py$/.test(first?.value ?? first?.suffix ?? "")) return [parentOf(first!)];
    return first?.value === "-m" && second?.value === "build" ? [args[2]] : undefined;
  }
  const builds =
    ["uv", "poetry", "hatch", "pdm"].includes(name) &&
    args.some(({ value }) => /^(sync|install|build|run)$/.test(value ?? ""));
  return builds ? [undefined] : undefined;
}

/** The word as a path, extras (`.[dev]`) left out; undefined for a package's name, a file or a URL. */
function localPath(word: ShellWord, editable: boolean): ShellWord | undefined {
  const text = (word.value ?? word.prefix).replace(/\[[^\]]*\]$/, "");
  if (word.value === null && word.prefix === "") return { ...word, value: null };
  if (/:\/\/|\.(whl|txt|gz|zip)$/.test(text) || !(editable || /^\.|\//.test(text))) return undefined;
  return { ...word, value: word.value === null ? null : text };
}

function parentOf(word: ShellWord): ShellWord | undefined {
  const value = word.value;
  if (value === null) return word;
  return value.includes("/") ? { ...word, value: posix.dirname(value) } : undefined;
}

/** Where a script stands, or the folder that it is started in. */
function scriptFolder(
  invocation: Invocation,
  at: (word: ShellWord) => string | null,
  directory: string | null,
): string | null {
  const { name, word, args } = invocation;
  const script = /^(sh|bash|dash|ash|zsh|ksh)$/.test(name)
    ? args.find(({ value }) => value === null || !/^[-+]/.test(value))
    : word;
  if (!script) return directory;
  const path = at(script);
  return path === null ? directory : (script.value ?? "").startsWith("/") ? posix.dirname(path) : directory;
}
