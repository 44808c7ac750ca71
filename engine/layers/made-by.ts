import { lcs } from "fast-myers-diff";
import { delimitedScript, heredocScript } from "../../core/dockerfile/heredoc-script.ts";
import type { CopyInstruction, Instruction, RunInstruction } from "../../core/dockerfile/instruction.ts";
import { stepKeywords } from "../build/step-lines.ts";
import { maySubstituteWhole } from "../build/substituted-words.ts";
import type { LayerSource } from "./layer-source.ts";
import type { RecordedImage } from "./recorded-image.ts";
import { instructionText, type RecordedInstruction, withoutShell } from "./recorded-instructions.ts";

/** What the classic builder writes of a COPY: the digest of what was copied, and where to. */
const copiedDigest = /^(?:--\S+ )*(?:[\w.+]+:)?[0-9a-f]{32,} in (.*)$/s;
const leadingFlags = /^(?:--\S+\s+)+/;

/**
 * Which instruction of the Dockerfile made each entry of a history; undefined where none did that is still there as it was.
 * Both are in order, so that what stands twice is not mixed up.
 */
export function madeBy(
  history: readonly (RecordedInstruction | undefined)[],
  source: LayerSource,
): readonly (Instruction | undefined)[] {
  // From the end: what a base has recorded of the same words comes before.
  const written = recordedOf(source)
    .map((instruction) => ({ instruction, command: commandOf(instruction, source.dockerfile.text) }))
    .toReversed();
  const entries = history
    .map((each) => each && { keyword: each.keyword, words: squeezed(each.words) })
    .toReversed();
  const found = new Array<Instruction | undefined>(entries.length).fill(undefined);
  const isSame = (entry: number, line: number) => {
    const recorded = entries[entry];
    const { instruction, command } = written[line]!;
    return recorded !== undefined && madeThis(instruction, command, recorded);
  };
  for (const [entry, line, length] of lcs([...entries.keys()], [...written.keys()], isSame))
    for (let at = 0; at < length; at++) found[entry + at] = written[line + at]!.instruction;
  return found.toReversed();
}

/** The instructions that have an entry in the history: all but FROM. */
export function recordedOf({ instructions }: LayerSource): readonly Instruction[] {
  return instructions.filter(({ kind }) => kind !== "FROM");
}

/** The steps that it has images run which are built on it (ONBUILD): `RUN make`. */
export function triggersOf({ instructions }: LayerSource): readonly string[] {
  return instructions
    .filter(({ keyword, onbuild }) => stepKeywords.has(keyword) && onbuild)
    .map(({ keyword, body }) => `${keyword} ${body.text.trim()}`);
}

/** How many entries stand ahead of `end` and of those that the triggers have made, the last steps before it. */
export function aheadOfTriggers(
  { instructions }: RecordedImage,
  end: number,
  triggers: readonly string[],
): number {
  let entries = end;
  for (const trigger of triggers.toReversed()) {
    const step = instructions.slice(0, entries).findLastIndex(isStep);
    if (step < 0 || squeezed(instructionText(instructions[step]!)) !== squeezed(trigger)) return entries;
    entries = step;
  }
  return entries;
}

/** Whether an entry is of an instruction that makes a layer. */
export function isStep(recorded: RecordedInstruction | undefined): boolean {
  return recorded !== undefined && (recorded.keyword === undefined || stepKeywords.has(recorded.keyword));
}

/** With single blanks: continued lines are joined with what they are indented by. */
export function squeezed(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function madeThis(
  instruction: Instruction,
  command: string | undefined,
  { keyword, words }: RecordedInstruction,
): boolean {
  const { kind, onbuild, rest, body } = instruction;
  if (onbuild) return keyword === "ONBUILD" && words === squeezed(`${instruction.keyword} ${body.text}`);
  if (kind === "RUN")
    return (keyword === "RUN" || keyword === undefined) && ranThis(instruction, command, words);
  if (keyword !== instruction.keyword) return false;
  if (kind === "COPY" || kind === "ADD") return copiedThis(instruction, words);
  if (keyword === "WORKDIR") return isPlace(rest.text.trim(), words);
  return maySubstituteWhole(unlisted(rest.text), unlisted(words));
}

/** Lists and assignments lose what builders write in another way: `["a", "b"]` becomes `["a" "b"]`, `ENV A b` is `A=b`. */
function unlisted(text: string): string {
  return text.replace(/[[\],=]/g, "");
}

function ranThis({ exec, rest }: RunInstruction, command: string | undefined, words: string): boolean {
  if (words === command) return true;
  // Of exec form buildah records the JSON, others the command behind build arguments whose end nothing tells.
  return exec !== undefined && (words === squeezed(rest.text) || words.endsWith(` ${command}`));
}

function copiedThis(instruction: CopyInstruction, words: string): boolean {
  const { sources, destination, heredocs, rest } = instruction;
  const digest = copiedDigest.exec(words);
  if (digest) return destination !== undefined && isPlace(destination.raw, digest[1]!);
  const isList = destination !== undefined && heredocs.length === 0;
  const written = isList ? [...sources, destination].map(({ raw }) => raw).join(" ") : rest.text;
  // `--from` and others are not recorded.
  return maySubstituteWhole(written, words.replace(leadingFlags, ""));
}

/** Whether a path in an image may be what was written; a relative one is recorded with the working folder before it. */
function isPlace(written: string, recorded: string): boolean {
  if (maySubstituteWhole(written, recorded)) return true;
  const inside = written.replace(/^(?:\.\/)+|^\.$/, "");
  return !/^["']?[/$]/.test(inside) && recorded.endsWith(inside);
}

/** What a RUN records; undefined of any other instruction, and of what was not read. */
function commandOf(instruction: Instruction, text: string): string | undefined {
  return instruction.kind === "RUN" ? squeezed(recordedCommand(instruction, text)) : undefined;
}

/** As `dispatchRun` in moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go` puts it together. */
function recordedCommand(run: RunInstruction, text: string): string {
  const { exec, heredocs, rest } = run;
  if (exec) return withoutShell(exec.map(({ value }) => value.text).join(" "));
  const [heredoc] = heredocs;
  if (!heredoc) return rest.text;
  const isAlone = rest.text.trim() === text.slice(heredoc.span.start, heredoc.span.end);
  if (!isAlone) return delimitedScript(run, text).text;
  const script = heredocScript(heredoc, text).text;
  return script.startsWith("#!") ? `/dev/pipes/${heredoc.delimiter}` : script;
}
