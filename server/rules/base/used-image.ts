import { type VariableReference, variableReferences } from "../../../core/dockerfile/docker-word.ts";
import type { CopyInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { type ImageReference, parseImageReference } from "../../../core/image/reference.ts";
import type { FactSource } from "../facts.ts";
import { ArgumentUses } from "./argument-uses.ts";
import { type GlobalArgument, globalArguments, referenceValue } from "./global-arguments.ts";

/** Where another tag can be written. */
export interface TagSlot {
  readonly span: Span;
  /** What stands before the tag in the new text: `:` where there was none. */
  readonly before: string;
  /** Whether FROM lines alone see the change: a stage may use an argument's value too. */
  readonly alone: boolean;
}

/** An image that a Dockerfile builds on or copies from, with its arguments substituted. */
export interface UsedImage {
  readonly place: "FROM" | "COPY";
  readonly reference: ImageReference;
  /** The words that make the tag; those that make the name where there is no tag. */
  readonly span: Span;
  /** Undefined where the tag is put together from parts, or is given from outside. */
  readonly slot: TagSlot | undefined;
  /** The arguments that {@link span} refers to. */
  readonly arguments: readonly GlobalArgument[];
}

/** The images of FROM lines and of `COPY --from`, in order; stages, and what cannot be known, left out. */
export function usedImages(image: FactSource): UsedImage[] {
  const { dockerfile } = image;
  const known = globalArguments(image);
  const uses = new ArgumentUses(dockerfile);
  const names = new Set<string>();
  const found: UsedImage[] = [];
  for (const stage of dockerfile.stages) {
    const base = fromImage(image, stage, known, uses, names);
    if (base) found.push(base);
    if (stage.name) names.add(stage.name);
    for (const instruction of stage.instructions) {
      if (instruction.kind !== "COPY") continue;
      const source = copiedImage(image, instruction, names);
      if (source) found.push(source);
    }
  }
  return found;
}

/** A stretch of a FROM's image: text as it stands, or one variable. */
interface Segment {
  /** Offsets in the raw word. */
  readonly raw: Span;
  /** Offsets in the resolved text. */
  readonly resolved: Span;
  readonly value: string;
  readonly variable: VariableReference | undefined;
}

function fromImage(
  { dockerfile }: FactSource,
  stage: Stage,
  known: ReadonlyMap<string, GlobalArgument>,
  uses: ArgumentUses,
  names: ReadonlySet<string>,
): UsedImage | undefined {
  const { base, from } = stage;
  if (!base || !from || stage.parent) return undefined;
  const segments = segmentsOf(base.raw, dockerfile.escape, known);
  const text = segments?.map(({ value }) => value).join("");
  if (!segments || !text || text === "scratch" || names.has(text.toLowerCase())) return undefined;
  const reference = parseImageReference(text);
  if (!reference) return undefined;
  const part = reference.tagSpan ?? reference.nameSpan;
  const parts = segments.filter(({ resolved }) => touches(resolved, part));
  const [first, last] = [parts[0], parts.at(-1)];
  if (!first || !last) return undefined;
  const raw = {
    start: first.variable
      ? first.raw.start
      : first.raw.start + Math.max(0, part.start - first.resolved.start),
    end: last.variable ? last.raw.end : last.raw.end - Math.max(0, last.resolved.end - part.end),
  };
  const span = from.body.spanOf(base.joined.start + raw.start, base.joined.start + raw.end);
  const inOnePiece = dockerfile.text.slice(span.start, span.end) === base.raw.slice(raw.start, raw.end);
  const argument = last.variable && known.get(last.variable.name);
  const slot =
    last.variable === undefined
      ? literalSlot(reference, parts.length, span)
      : parts.length === 1 && argument && last.variable.operator === undefined
        ? defaultSlot(reference, last.resolved, argument, uses, dockerfile.text)
        : undefined;
  return {
    place: "FROM",
    reference,
    span,
    slot: inOnePiece ? slot : undefined,
    arguments: parts.flatMap(({ variable }) => (variable && known.get(variable.name)) || []),
  };
}

/** Whether a stretch has a part in `whole`; an empty one has when it stands in it or at its ends. */
function touches(stretch: Span, whole: Span): boolean {
  if (stretch.start === stretch.end) return stretch.start >= whole.start && stretch.end <= whole.end;
  return stretch.start < whole.end && stretch.end > whole.start;
}

/** Cuts a FROM's image at its variables; undefined where one has no known value, or quotes stand inside. */
function segmentsOf(
  raw: string,
  escape: string,
  known: ReadonlyMap<string, GlobalArgument>,
): Segment[] | undefined {
  const quote = /^(["']).*\1$/s.exec(raw)?.[1] ?? "";
  const inner = { start: quote.length, end: raw.length - quote.length };
  const segments: Segment[] = [];
  let rawEnd = inner.start;
  let resolvedEnd = 0;
  const add = (end: number, value: string, variable: VariableReference | undefined) => {
    const resolved = { start: resolvedEnd, end: resolvedEnd + value.length };
    if (rawEnd < end) segments.push({ raw: { start: rawEnd, end }, resolved, value, variable });
    rawEnd = end;
    resolvedEnd = resolved.end;
  };
  for (const reference of quote === "'" ? [] : variableReferences(raw, escape)) {
    const value = referenceValue(raw, reference, escape, known);
    if (value === null) return undefined;
    add(reference.start, raw.slice(rawEnd, reference.start), undefined);
    add(reference.end, value, reference);
  }
  add(inner.end, raw.slice(rawEnd, inner.end), undefined);
  const literal = segments.map(({ variable, value }) => (variable ? "" : value)).join("");
  return /["'$\\`]/.test(literal) ? undefined : segments;
}

function literalSlot(reference: ImageReference, parts: number, span: Span): TagSlot | undefined {
  if (reference.tagSpan) return parts === 1 ? { span, before: "", alone: true } : undefined;
  if (reference.digest) return undefined;
  return { span: { start: span.end, end: span.end }, before: ":", alone: true };
}

/** The place in an argument's default, where the default alone makes the tag, or the untagged reference. */
function defaultSlot(
  { tagSpan, nameSpan, digest }: ImageReference,
  resolved: Span,
  { name, given, assignment }: GlobalArgument,
  uses: ArgumentUses,
  text: string,
): TagSlot | undefined {
  if (given !== undefined || !uses.alwaysTheSame(name)) return undefined;
  const written = /^(["']?)([^"'$\\`\s]+)\1$/.exec(assignment.raw ?? "");
  if (!written) return undefined;
  const start = assignment.nameSpan.end + 1 + (written[1]?.length ?? 0);
  const value = written[2] ?? "";
  const part = tagSpan ?? nameSpan;
  const inside = part.start >= resolved.start && part.end <= resolved.end;
  if (!inside || text.slice(start, start + value.length) !== value) return undefined;
  const alone = !uses.reachesStage(name);
  const end = start + part.end - resolved.start;
  if (tagSpan) return { span: { start: start + part.start - resolved.start, end }, before: "", alone };
  return digest ? undefined : { span: { start: end, end }, before: ":", alone };
}

/** The image of `COPY --from`, which takes no variables. */
function copiedImage(
  { dockerfile }: FactSource,
  { flags, from }: CopyInstruction,
  names: ReadonlySet<string>,
): UsedImage | undefined {
  const flag = flags.find(({ name }) => name === "from");
  if (!flag || !from || /^\d+$/.test(from) || names.has(from.toLowerCase())) return undefined;
  const start = flag.span.start + "--from=".length;
  const reference = parseImageReference(from);
  if (!reference || dockerfile.text.slice(start, flag.span.end) !== from) return undefined;
  const part = reference.tagSpan ?? reference.nameSpan;
  const span = { start: start + part.start, end: start + part.end };
  return { place: "COPY", reference, span, slot: literalSlot(reference, 1, span), arguments: [] };
}
