import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";
import type { Span } from "../dockerfile/span.ts";
import { canonicalPipOption, pipShortOptions, takesValue } from "./pip-options.ts";

/** An option of a pip call. */
export interface PipOption {
  /** Its long name without dashes, aliases and unique beginnings resolved: `index-url` for `-i` and `--index`. */
  readonly name: string;
  /** The word it stands in. */
  readonly word: ShellWord;
  /** The word that holds its value: the option's own for `--name=value`; undefined for one that takes none. */
  readonly valueWord: ShellWord | undefined;
  /** `null` when it cannot be known, undefined for an option that takes none. */
  readonly value: string | null | undefined;
}

/** A call of pip, its words sorted. */
export interface PipCall {
  readonly invocation: Invocation;
  /** `install`, `download`, `config` …; undefined when none is given or it is not known. */
  readonly command: string | undefined;
  /** The word that names the command. */
  readonly commandWord: ShellWord | undefined;
  /** From the program to the command's name: `python3 -m pip install`. */
  readonly span: Span;
  /** Options in order, those in front of the command too. */
  readonly options: readonly PipOption[];
  /** Requirements, paths and whatever else is no option. */
  readonly targets: readonly ShellWord[];
  /** Whether a word that cannot be known here may hold further options. */
  readonly open: boolean;
}

/** Reads an invocation as a call of pip, however it is spelled; undefined for any other program. */
export function pipCall(invocation: Invocation): PipCall | undefined {
  const first = firstPipArgument(invocation);
  if (first === undefined) return undefined;
  const { args } = invocation;
  const options: PipOption[] = [];
  const targets: ShellWord[] = [];
  let commandWord: ShellWord | undefined;
  let open = invocation.through.includes("xargs");
  let endOfOptions = false;
  for (let at = first; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (endOfOptions || !(text.startsWith("-") && text.length > 1)) {
      if (!endOfOptions && hidesOptions(word)) open = true;
      if (!commandWord) commandWord = word;
      else targets.push(word);
    } else if (text === "--" && word.value !== null) endOfOptions = true;
    else {
      const named = namesIn(text);
      for (const { name, attached } of named) {
        if (!takesValue(name)) options.push({ name, word, valueWord: undefined, value: undefined });
        else if (attached !== undefined || word.value === null)
          options.push({ name, word, valueWord: word, value: word.value === null ? null : attached });
        else {
          const valueWord = args[++at];
          options.push({ name, word, valueWord, value: valueWord?.value ?? null });
        }
      }
      if (word.value === null && !takesValue(named.at(-1)?.name ?? "")) open = true;
    }
  }
  const end = commandWord ?? args[first - 1] ?? invocation.word;
  return {
    invocation,
    command: commandWord?.value ?? undefined,
    commandWord,
    span: { start: invocation.word.span.start, end: Math.max(end.span.end, invocation.word.span.end) },
    options,
    targets,
    open,
  };
}

/** The last of a call's options of that name: the one that counts. */
export function pipOption(call: PipCall, name: string): PipOption | undefined {
  return call.options.findLast((option) => option.name === name);
}

const pipName = /^pip(-?\d+(\.\d+)*)?$/;
const pythonName = /^(python|pypy)(\d+(\.\d+)*)?t?$/;
/** Flags of python(1) that take the next word when nothing is attached. */
const pythonFlagsWithValue = "WX";

/** The index of pip's own first argument: 0 for `pip …`, behind `-m pip` for Python; undefined for other programs. */
function firstPipArgument({ name, args }: Invocation): number | undefined {
  // Nearly every command is another one, and no rule of pip's may look at it for long.
  if (!name.startsWith("p")) return args[0]?.value === "-m" && args[1]?.value === "pip" ? 2 : undefined;
  if (pipName.test(name)) return 0;
  // What is called with `-m pip` is a Python, whatever its name: `$PYTHON`, `python$VERSION`, Isaac Sim's `python.sh`.
  if (!pythonName.test(name)) return args[0]?.value === "-m" && args[1]?.value === "pip" ? 2 : undefined;
  for (let at = 0; at < args.length; at++) {
    const text = args[at]!.value;
    if (text === null) return undefined;
    const flags = /^-([A-Za-z]+)/.exec(text)?.[1];
    if (!flags) return pipName.test(text.slice(text.lastIndexOf("/") + 1)) ? at + 1 : undefined;
    const special = [...flags].find((flag) => "cm".includes(flag) || pythonFlagsWithValue.includes(flag));
    if (special === "c") return undefined;
    const attached = special ? text.slice(text.indexOf(special) + 1) : "";
    if (special === "m") {
      const module = attached || args[at + 1]?.value;
      return module === "pip" ? at + (attached ? 1 : 2) : undefined;
    }
    if (special && !attached) at++;
  }
  return undefined;
}

/** Whether a word could turn out to be an option: not where text stands behind its variable (`$DIR/x.whl`). */
function hidesOptions(word: ShellWord): boolean {
  return mayHideOptions(word) && word.suffix === "";
}

/** The options that a word names: one long option, or a cluster of short ones of which the last may take a value. */
function namesIn(text: string): { readonly name: string; readonly attached: string | undefined }[] {
  if (text.startsWith("--")) {
    const equals = text.indexOf("=");
    const written = equals < 0 ? text.slice(2) : text.slice(2, equals);
    return [{ name: canonicalPipOption(written), attached: equals < 0 ? undefined : text.slice(equals + 1) }];
  }
  const names: { name: string; attached: string | undefined }[] = [];
  for (let at = 1; at < text.length; at++) {
    const name = pipShortOptions.get(text[at]!) ?? text[at]!;
    const attached = text.slice(at + 1);
    if (takesValue(name)) {
      names.push({ name, attached: attached === "" ? undefined : attached });
      break;
    }
    names.push({ name, attached: undefined });
  }
  return names;
}

/** Reads `uv pip …` as pip would read it; undefined for anything else. */
export function uvPipCall(invocation: Invocation): PipCall | undefined {
  const { name, args } = invocation;
  const at = name === "uv" ? args.findIndex(({ value }) => value === "pip") : -1;
  if (at < 0) return undefined;
  const call = pipCall({ ...invocation, name: "pip", word: args[at]!, args: args.slice(at + 1) });
  return call && { ...call, invocation, span: { ...call.span, start: invocation.word.span.start } };
}
