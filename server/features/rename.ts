import { type Range, ResponseError, type TextEdit } from "vscode-languageserver";
import { commentsIn } from "../../core/dockerfile/comments-in.ts";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Instruction, Stage } from "../../core/dockerfile/instruction.ts";
import type { Span } from "../../core/dockerfile/span.ts";
import { platformArguments } from "../../core/dockerfile/variables.ts";
import { toRange } from "./to-lsp.ts";

interface NamePlace {
  readonly kind: "stage" | "variable";
  readonly name: string;
  readonly span: Span;
  readonly instruction: Instruction;
  /** Whether ARG or ENV gives the variable a value here. */
  readonly sets?: boolean;
}

/** RequestFailed of LSP 3.17: the editor shows the message. */
const requestFailed = -32803;

/**
 * The name of a stage or variable at `offset`; undefined for anything else. Throws a ResponseError that says why a name
 * cannot be changed.
 */
export function nameAt(dockerfile: Dockerfile, offset: number): Range | undefined {
  const found = placeAt(dockerfile, offset);
  if (!found) return undefined;
  placesOf(dockerfile, found);
  return toRange(dockerfile.lines, found.span);
}

/**
 * Renames the stage or variable at `offset` in every place that means it; undefined where none stands. A variable is one
 * for the whole file: a build argument and a base stage give it to several stages. Throws as {@link nameAt}.
 */
export function renameAt(dockerfile: Dockerfile, offset: number, newName: string): TextEdit[] | undefined {
  const found = placeAt(dockerfile, offset);
  if (!found) return undefined;
  const places = placesOf(dockerfile, found);
  // What BuildKit takes for a stage (`validStageName`, frontend/dockerfile/instructions/parse.go).
  const valid = found.kind === "stage" ? /^[a-z][a-z0-9_.-]*$/i : /^[A-Za-z_]\w*$/;
  if (!valid.test(newName)) throw refusal(`"${newName}" cannot be the name of a ${found.kind}.`);
  for (const { kind, name } of namePlaces(dockerfile))
    if (kind === found.kind && same(kind, name, newName) && !same(kind, found.name, newName))
      throw refusal(`There is a ${kind} ${name} in this file already.`);
  return places.map(({ span }) => ({ range: toRange(dockerfile.lines, span), newText: newName }));
}

function placeAt(dockerfile: Dockerfile, offset: number): NamePlace | undefined {
  for (const place of namePlaces(dockerfile))
    if (place.span.start <= offset && offset <= place.span.end) return place;
  return undefined;
}

function placesOf(dockerfile: Dockerfile, { kind, name }: NamePlace): NamePlace[] {
  const named = [...namePlaces(dockerfile)].filter(
    (place) => place.kind === kind && same(kind, place.name, name),
  );
  if (kind === "stage") return named;
  if (platformArguments.has(name))
    throw refusal(`The builder sets ${name} by this name: another one would be empty.`);
  const has = declaring(dockerfile, name);
  const places = named.filter((place) => place.sets || has(place.instruction));
  if (places.length === 0)
    throw refusal(`No ARG or ENV of this file sets ${name} here: only what the file sets can be renamed.`);
  const set = new RegExp(`(?<![\\w$.{-])(?:${name}\\+?=|(?:for|read|unset|export)\\s+${name}\\b)`);
  const bare = bareUse(name);
  const using = new Set(places.map(({ instruction }) => instruction));
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind !== "RUN" || !has(instruction)) continue;
    const text = dockerfile.text.slice(...bounds(instruction.span));
    const line = dockerfile.lines.positionAt(instruction.span.start).line + 1;
    if (using.has(instruction) && set.test(text))
      throw refusal(`The command in line ${line} sets ${name} itself: give that one another name first.`);
    if (bare.test(text))
      throw refusal(
        `The command in line ${line} asks for ${name} by its bare name: write it as \${${name}} there first.`,
      );
  }
  return places;
}

/** A variable by its name alone: in arithmetic, in a test whether it is set, in a program that looks into its environment. */
function bareUse(name: string): RegExp {
  const within = `(?<![\\w$.{-])${name}(?!\\w)`;
  return new RegExp(
    `\\(\\([^()\\n]*${within}|(?:-v|printenv|declare\\s+-p)\\s+${within}|(?:environ|getenv)\\W{1,6}(?:get\\W{1,3})?${within}`,
  );
}

/** Whether an instruction sees the variable that an ARG or ENV of the file sets. */
function declaring(
  { instructions, stages }: Dockerfile,
  name: string,
): (instruction: Instruction) => boolean {
  const sets = (instruction: Instruction) =>
    (instruction.kind === "ARG" || instruction.kind === "ENV") &&
    instruction.assignments.some((each) => each.name === name);
  const globally = instructions.some((each) => !each.stage && sets(each));
  /** Behind which instruction a stage has it: what sets it still sees the value before. */
  const since = new Map<Stage, number>();
  for (const stage of stages) {
    const first = stage.parent && since.has(stage.parent) ? stage.from : stage.instructions.find(sets);
    if (first) since.set(stage, first.index);
  }
  return ({ kind, stage, index }) =>
    kind === "FROM" || !stage ? globally : index > (since.get(stage) ?? Number.POSITIVE_INFINITY);
}

/** Where stages of the file and variables are named, in order of their instructions. */
function* namePlaces({ text, escape, comments, instructions, stages }: Dockerfile): Generator<NamePlace> {
  const stageNames = new Set(stages.map(({ name }) => name));
  for (const instruction of instructions) {
    const { kind, span, stage, flags } = instruction;
    if (kind === "FROM") {
      const { image, alias } = instruction;
      if (image && stage?.parent?.name === image.raw.toLowerCase())
        yield { kind: "stage", name: image.raw, span: image.span, instruction };
      if (alias) yield { kind: "stage", name: alias.raw, span: alias.span, instruction };
    }
    for (const flag of flags) {
      if (flag.name !== "from" && flag.name !== "mount") continue;
      const written = text.slice(...bounds(flag.span));
      for (const { 1: name = "", indices } of written.matchAll(/(?:^--|[=,])from=([^,\s"']+)/dgi)) {
        if (!stageNames.has(name.toLowerCase())) continue;
        const [start, end] = indices![1]!;
        const place = { start: flag.span.start + start, end: flag.span.start + end };
        yield { kind: "stage", name, span: place, instruction };
      }
    }
    if (kind === "ARG" || kind === "ENV")
      for (const { name, nameSpan } of instruction.assignments)
        yield { kind: "variable", name, span: nameSpan, instruction, sets: true };
    const said = commentsIn(comments, span);
    for (const { 0: whole, 1: name = "", index } of text
      .slice(...bounds(span))
      .matchAll(/\$(?:\{[#!]?)?([A-Za-z_]\w*)/g)) {
      const at = span.start + index;
      // In a command's text an escaped one is for a shell that runs later, with the same environment.
      if (kind !== "RUN" && text[at - 1] === escape) continue;
      if (said.some((comment) => comment.span.start <= at && at < comment.span.end)) continue;
      const end = at + whole.length;
      yield { kind: "variable", name, span: { start: end - name.length, end }, instruction };
    }
  }
}

/** Stages are compared without case. */
function same(kind: NamePlace["kind"], a: string, b: string): boolean {
  return kind === "stage" ? a.toLowerCase() === b.toLowerCase() : a === b;
}

function bounds({ start, end }: Span): [number, number] {
  return [start, end];
}

function refusal(message: string): ResponseError<void> {
  return new ResponseError(requestFailed, message);
}
