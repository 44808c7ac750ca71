import { expandBraces, matchesGlob } from "../../../core/dockerfile/shell/glob.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { isShell } from "../../../core/dockerfile/shell/nested-script.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";

const lists = ["var", "lib", "apt", "lists"];
const archives = ["var", "cache", "apt", "archives"];

/**
 * Whether a command deletes the package lists, or may: what is called a clean-up is taken for one.
 * `all` are the commands of its RUN; `directory` is where a `cd` went.
 */
export function deletesLists(
  invocation: Invocation,
  all: readonly Invocation[],
  directory: string | undefined,
): "no" | "here" | "always" {
  if (!isDeletion(invocation, all, directory)) return "no";
  return invocation.name === "trap" || invocation.context.inFunction ? "always" : "here";
}

/** Whether a command deletes the downloaded packages, as `apt-get clean` does. */
export function deletesArchives(invocation: Invocation): boolean {
  const { name, args } = invocation;
  return (
    name === "rm" && args.some(({ value }) => value !== null && covers(value, archives, isRecursive(args)))
  );
}

function isDeletion(
  invocation: Invocation,
  all: readonly Invocation[],
  directory: string | undefined,
): boolean {
  const { name, args, through, context } = invocation;
  switch (name) {
    case "rm": {
      if (through.includes("xargs") || context.fedBy.includes("find"))
        return all.some((each) => each.args.some(({ value }) => value?.startsWith("/var/lib/apt")));
      const recursive = isRecursive(args);
      return args.some((word) => mayCoverLists(invocation, word, directory, recursive));
    }
    case "find":
      return isFindDeletion(args);
    case "trap":
      return /rm\s.*\/var\/lib\/apt/s.test(args[0]?.value ?? "");
    case "apt":
    case "apt-get":
      return args.some(({ value }) => value === "distclean" || value === "dist-clean");
    default:
      return isNamedCleanUp(invocation);
  }
}

function isRecursive(args: readonly ShellWord[]): boolean {
  return args.some(({ value }) => value !== null && (/^-[a-zA-Z]*[rR]/.test(value) || /^--r/.test(value)));
}

function mayCoverLists(
  { script, node }: Invocation,
  word: ShellWord,
  directory: string | undefined,
  recursive: boolean,
): boolean {
  if (word.value !== null) {
    if (word.value.startsWith("-")) return false;
    const path = word.value.startsWith("/") || !directory ? word.value : `${directory}/${word.value}`;
    return covers(path, lists, recursive);
  }
  if (word.prefix.startsWith("/var/lib/apt")) return true;
  const written = node ? script.source.text.slice(word.written.pos, word.written.end) : "";
  return /\bapt\b|lists/i.test(written);
}

/** Whether deleting `path` empties `folder`: the folder itself, one above it, or everything in it. */
function covers(path: string, folder: readonly string[], recursive: boolean): boolean {
  return expandBraces(path).some((each) => {
    if (!each.startsWith("/")) return false;
    const segments = normalized(each);
    if (!segments.slice(0, folder.length).every((segment, index) => matchesGlob(segment, folder[index]!)))
      return false;
    if (segments.length <= folder.length) return recursive;
    return segments.length === folder.length + 1 && /^([*?[]|!\()/.test(segments.at(-1)!);
  });
}

function normalized(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments;
}

function isFindDeletion(args: readonly ShellWord[]): boolean {
  const values = args.map(({ value }) => value ?? "");
  if (!values.some((value) => /^-(delete|exec|execdir)$/.test(value))) return false;
  const firstTest = values.findIndex((value) => /^[-(!\\]/.test(value));
  const paths = values.slice(0, firstTest);
  const filtered = values.some((value) => /^-i?(name|path|wholename|regex)$/.test(value));
  return paths.some((path) => covers(path, lists, true) && (!filtered || /^\/var\/lib\/apt/.test(path)));
}

/** A script or function that calls itself a clean-up, as notebook images have one: it is believed. */
function isNamedCleanUp({ name, args, word }: Invocation): boolean {
  if (isShell(name) || name === "source" || name === ".") {
    const script = args.find(({ value }) => value !== null && !/^[-+]/.test(value))?.value;
    return /clean[^/]*$/i.test(script ?? "") && !/\s/.test(script ?? "");
  }
  return /clean/i.test(name === "" ? word.prefix : name);
}
