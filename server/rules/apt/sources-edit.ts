import type { CopyInstruction, Instruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";

/** Where every release's image kept apt's addresses before Ubuntu 24.04 and Debian 12. */
export const oldSources = "/etc/apt/sources.list";

const sourcesWord =
  /^\/etc\/apt(?:\/sources\.list(?:\*|\.d(?:\/(?:(?:ubuntu|debian)\.sources|\*.*)?)?)?)?\/?$/;

/** Whether a word names a file of apt's own addresses, or a folder or pattern that holds one. */
export function namesSources({ value, prefix }: ShellWord): boolean {
  return sourcesWord.test(value ?? prefix);
}

/** A `sed -i` on apt's addresses, taken apart. */
export interface SedEdit {
  /** The words that name `/etc/apt/sources.list`. */
  readonly oldPaths: readonly ShellWord[];
  /** Whether it names another file or pattern of apt's addresses too. */
  readonly otherPaths: boolean;
  /** Its commands; `null` where one of them is not known. */
  readonly script: string | null;
}

/** Reads a command as a `sed` that edits in place; undefined for any other. */
export function sedEdit({ name, args, through }: Invocation): SedEdit | undefined {
  if (name !== "sed" || through.includes("xargs")) return undefined;
  const texts = args.map(({ value, prefix }) => value ?? prefix);
  if (!texts.some((text) => /^-[a-zA-Z]*i|^--in-place/.test(text))) return undefined;
  const scripts: (string | null)[] = [];
  const files: ShellWord[] = [];
  let named = false;
  for (let at = 0; at < args.length; at++) {
    const text = texts[at]!;
    const expression = /^(?:-[nEru]*e|--expression)$/.test(text);
    if (expression) {
      named = true;
      scripts.push(args[++at]?.value ?? null);
    } else if (/^--expression=/.test(text)) {
      named = true;
      scripts.push(args[at]!.value?.slice("--expression=".length) ?? null);
    } else if (!text.startsWith("-")) files.push(args[at]!);
  }
  if (!named) scripts.push(files.shift()?.value ?? null);
  const oldPaths = files.filter(({ value }) => value === oldSources);
  return {
    oldPaths,
    otherPaths: files.some((word) => word.value !== oldSources && namesSources(word)),
    script: scripts.includes(null) ? null : scripts.join("\n"),
  };
}

/** A host's name with the dots escaped or not, an address in front of it and a path behind it or not. */
const hostPattern =
  /^(?:\(?https?\)?(?:\??:|s\?:)?(?:\/|\\\/){2})?((?:[\w-]|\\?\.|\[a-z\]\*\\?\.|\[\.\])+)(?:\\?\/(?:ubuntu|debian)?\\?\/?)?$/;

/** The hosts that a `sed` script replaces, as plain names; undefined where one of its commands does something else. */
export function replacedHosts(script: string): string[] | undefined {
  const hosts: string[] = [];
  for (const command of script.split(/[;\n]/)) {
    const text = command.trim();
    if (text === "") continue;
    const match = /^s(.)(.+)$/s.exec(text);
    const parts = match && splitAt(match[2]!, match[1]!);
    if (!parts || parts.length < 2) return undefined;
    const host = hostPattern.exec(parts[0]!.replaceAll(`\\${match[1]}`, match[1]!))?.[1];
    if (host === undefined) return undefined;
    hosts.push(host.replaceAll("\\.", ".").replaceAll("[.]", "."));
  }
  return hosts;
}

/** Splits at a separator that no backslash stands in front of. */
function splitAt(text: string, separator: string): string[] {
  const parts = [""];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "\\") parts[parts.length - 1] += character + (text[++at] ?? "");
    else if (character === separator) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Whether a `sed` script puts another host's name in the place of one; any script that is not known may. */
export function mayChangeHost(script: string | null): boolean {
  return script === null || /[\w-]\\?\.[a-z]{2,}|:\/\/|:\\\/\\\/|mirror|\$/i.test(script);
}

/** Whether a command other than `sed` writes, moves or deletes apt's addresses, or may. */
export function touchesSources(invocation: Invocation): boolean {
  const { name, args, node } = invocation;
  const written = node?.redirects.some(
    (redirect) =>
      redirect.type === "Redirect" &&
      />/.test(redirect.operator) &&
      redirect.target !== undefined &&
      sourcesWord.test(redirect.target.value),
  );
  if (written) return true;
  if (readers.has(name)) return false;
  return (
    args.some(namesSources) ||
    args.some(({ value }) => value !== null && /\/etc\/apt\/sources\.list(?!\.d\/)/.test(value))
  );
}

const readers = new Set([
  "cat",
  "grep",
  "ls",
  "test",
  "[",
  "[[",
  "echo",
  "printf",
  "head",
  "tail",
  "stat",
  "chmod",
  "mkdir",
]);

/** Whether a COPY or ADD may bring apt's addresses. */
export function bringsSources(instruction: Instruction): boolean {
  return (instruction.kind === "COPY" || instruction.kind === "ADD") && mayBringSources(instruction);
}

function mayBringSources({ destination, sources }: CopyInstruction): boolean {
  const path = destination?.value ?? null;
  if (path === null) return false;
  if (/^\/(?:etc\/?|etc\/apt\/?)?$/.test(path))
    return sources.some(({ raw }) =>
      /(?:^|\/)(?:\.|[^./]*|sources\.list|(?:ubuntu|debian)\.sources)\/?$/.test(raw),
    );
  if (sourcesWord.test(path)) return true;
  return /^\/etc\/apt\/(?:apt\.conf|mirrors?)/.test(path);
}
