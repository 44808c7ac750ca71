import { posix } from "node:path";
import type { Word } from "unbash";
import { type DownloadTool, downloads, isDownloadTool } from "../../../core/commands/download.ts";
import { type GitClone, gitClone } from "../../../core/commands/git.ts";
import type { CopyInstruction, Instruction, RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import type { Copied } from "./copied.ts";
import type { DeletablePath } from "./deletions.ts";
import { pathIn, textIn } from "./directories.ts";
import { contains, type Place } from "./place.ts";

/** A file or folder that an instruction brought into its layer. */
export interface BroughtFile extends DeletablePath {
  readonly by: "COPY" | "ADD" | DownloadTool | "git clone";
  readonly instruction: CopyInstruction | RunInstruction;
  /** The command that brought it; undefined for COPY and ADD. */
  readonly invocation: Invocation | undefined;
  readonly clone: GitClone | undefined;
  /** The words that name it. */
  readonly span: Span;
  /** Whether it certainly comes. */
  readonly certain: boolean;
  /** Whether it is fetched over the network by its URL. */
  readonly fetched: boolean;
}

/** What a COPY or ADD brings, as far as its line says. */
export function broughtByCopy({ copy, destination, files }: Copied): BroughtFile[] {
  if (destination === null || destination === "/") return [];
  const by = copy.kind;
  const item = { by, instruction: copy, invocation: undefined, clone: undefined, certain: true };
  const brought: BroughtFile[] = [];
  copy.sources.forEach((source, index) => {
    const value = source.value;
    if (value === null) return;
    const url = by === "ADD" && /^[a-z]+:\/\//i.test(value);
    const span = source.span;
    if (url && !/\.git(#.*)?$/.test(value)) {
      const path = urlPath(value, copy, destination);
      if (path) brought.push({ ...item, span, path, suffix: path, tree: false, fetched: true });
      return;
    }
    if (by === "ADD" && /\.(tar(\.\w+)?|t[gbx]z2?)$/i.test(value)) return;
    const file = files?.[files.length === 1 ? 0 : index];
    const glob = /\*/.test(value) ? `${destination}/${posix.basename(value)}` : undefined;
    const path = file ?? glob ?? destination;
    const tree = file === undefined && glob === undefined;
    brought.push({ ...item, span, path, suffix: path, tree, fetched: url });
  });
  return brought;
}

/** `ADD https://host/a.zip /tmp/` names the file as the URL does. */
function urlPath(url: string, copy: CopyInstruction, destination: string): string | undefined {
  if (!/\/$|(^|\/)\.{1,2}$/.test(copy.destination?.value ?? "") && copy.sources.length === 1)
    return destination;
  const name = posix.basename(url.replace(/[?#].*$/s, ""));
  return name === "" ? undefined : posix.join(destination, name);
}

/** What a command of a RUN brings, left out what lands in a mount. */
export function broughtByCommand(
  run: RunInstruction,
  invocation: Invocation,
  place: Place,
  directory: string | null,
): BroughtFile[] {
  if (invocation.name !== "git" && !isDownloadTool(invocation.name)) return [];
  const certain = !invocation.context.conditional && !invocation.context.inFunction;
  const item = { instruction: run, invocation, certain };
  const clone = gitClone(invocation);
  const brought: BroughtFile[] = [];
  if (clone) {
    const { call, repository } = clone;
    const base = call.directory ? pathIn(invocation, call.directory, place, directory) : directory;
    const path = clone.directory
      ? pathIn(invocation, clone.directory, place, base)
      : clone.path === null
        ? null
        : textIn(clone.path, base);
    const suffix = path ?? clone.directory?.suffix ?? "";
    const span = repository.span;
    brought.push({ ...item, by: "git clone", clone, span, path, suffix, tree: true, fetched: true });
  }
  for (const { tool, word, path: text, suffix, literal } of downloads(invocation)) {
    const path = literal
      ? pathIn(invocation, word, place, directory)
      : text === null
        ? null
        : textIn(text, directory);
    brought.push({
      ...item,
      by: tool,
      clone: undefined,
      span: word.span,
      path,
      suffix: path ?? suffix,
      tree: false,
      fetched: true,
    });
  }
  const redirected = redirectedDownload(run, invocation, directory);
  if (redirected) brought.push({ ...item, ...redirected });
  return brought.filter(({ path }) => !isMounted(run, path));
}

/** `curl URL > file`, `wget -O- URL > file`, where the file is written without variables. */
function redirectedDownload(run: RunInstruction, invocation: Invocation, directory: string | null) {
  const { name, node, script, args } = invocation;
  if ((name !== "curl" && name !== "wget") || !node || invocation.through.length > 0 || run.form === "exec")
    return undefined;
  if (!args.some(({ value }) => value !== null && /:\/\//.test(value))) return undefined;
  const target: Word | undefined = node.redirects.flatMap((redirect) =>
    redirect.type === "Redirect" && redirect.operator === ">" && !redirect.descriptor && redirect.target
      ? [redirect.target]
      : [],
  )[0];
  if (!target || target.parts || /[~*?[{]|^\/dev\//.test(target.value)) return undefined;
  const path = textIn(target.value, directory);
  const span = script.source.spanOf(target.pos, target.end);
  const by: "curl" | "wget" = name;
  return { by, clone: undefined, span, path, suffix: path ?? target.value, tree: false, fetched: true };
}

/** Whether what a RUN writes there stays out of its layer; so may what is written nobody knows where. */
function isMounted(run: RunInstruction, path: string | null): boolean {
  if (path?.startsWith("/dev/")) return true;
  return run.mounts.some(({ type, target }) => {
    if (type !== "cache" && type !== "tmpfs" && type !== "bind") return false;
    return target === undefined || path === null || contains(target.replace(/(?<=[^/])\/+$/, ""), path);
  });
}

/** The instruction's number among others, as the layers come: ONBUILD runs last. */
export function layerOrder(instructions: readonly Instruction[]): Instruction[] {
  return [
    ...instructions.filter(({ onbuild }) => !onbuild),
    ...instructions.filter(({ onbuild }) => onbuild),
  ];
}
