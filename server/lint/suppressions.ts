import type { Comment } from "../../core/dockerfile/scan.ts";
import type { LineIndex, Span } from "../../core/dockerfile/span.ts";
import type { Edit, Finding, Rule, Severity } from "../rules/rule.ts";
import type { SeverityOverrides } from "./severities.ts";

/** The code of a finding about a suppression comment itself. */
export const unusedSuppression = "suppression/unused";

/** A text with suppression comments: a Dockerfile, a shell script with its statements, a manifest with its properties. */
export interface SuppressibleText {
  readonly text: string;
  readonly lines: LineIndex;
  /** The line end that the text uses first. */
  readonly lineEnd: "\n" | "\r\n";
  /** What begins a comment; `#` where it is left out. */
  readonly commentMark?: string;
  /** In order; each one's text is the end of its span. */
  readonly comments: readonly Comment[];
  /** What a comment above or inside covers, in order. */
  readonly instructions: readonly { readonly span: Span }[];
  /** What a comment covers, where that is not the instruction that it stands above or in. */
  readonly coveredBy?: (comment: Comment) => { readonly span: Span } | undefined;
}

interface SuppressedCode {
  readonly code: string;
  readonly span: Span;
  used: boolean;
}

interface Suppression {
  readonly comment: Comment;
  readonly codes: readonly SuppressedCode[];
  /** The instruction it stands above or in; undefined for the whole file. */
  readonly instruction: { readonly span: Span } | undefined;
  readonly file: boolean;
}

/** A comment that suppresses, by itself. */
interface SuppressionComment {
  readonly kind: "ignore" | "ignore-file";
  /** At least one, in the order written, each with its place in the text. */
  readonly codes: readonly { readonly code: string; readonly span: Span }[];
}

const pattern = /^(\s*lab-images\s+(ignore|ignore-file)=)([^\s:,]+(?:\s*,\s*[^\s:,]+)*)/;

/** Reads a comment as a suppression; undefined for any other one. */
export function suppressionComment(comment: Comment): SuppressionComment | undefined {
  const match = pattern.exec(comment.text);
  if (!match) return undefined;
  const listStart = comment.span.end - comment.text.length + match[1]!.length;
  const codes = [...match[3]!.matchAll(/[^\s,]+/g)].map(({ 0: code, index }) => {
    const start = listStart + index;
    return { code, span: { start, end: start + code.length } };
  });
  return { kind: match[2] === "ignore" ? "ignore" : "ignore-file", codes };
}

/**
 * Leaves out what `# lab-images ignore=code: why` (above or inside an instruction) and
 * `# lab-images ignore-file=code` (above the first instruction) say, and adds a hint for each code that
 * suppresses nothing or that no rule has. A rule that is off finds nothing, so a comment about it is not judged.
 */
export function applySuppressions(
  dockerfile: SuppressibleText,
  findings: readonly Finding[],
  rules: readonly Pick<Rule, "code">[],
  severities: SeverityOverrides = new Map(),
): Finding[] {
  if (!dockerfile.text.includes("lab-images")) return [...findings];
  const suppressions = readSuppressions(dockerfile);
  if (suppressions.length === 0) return [...findings];
  const nearby = suppressionsNear(dockerfile, suppressions);
  const kept = findings.filter((finding) => {
    let suppressed = false;
    for (const { codes, instruction, file } of nearby(finding.span)) {
      const covers = file || (instruction !== undefined && within(finding.span, instruction.span));
      if (!covers) continue;
      for (const each of codes) {
        if (each.code !== finding.code) continue;
        each.used = true;
        suppressed = true;
      }
    }
    return !suppressed;
  });
  const active = new Set(rules.map((rule) => rule.code));
  const severity = severities.get(unusedSuppression) ?? "hint";
  if (severity === "off") return kept;
  for (const suppression of suppressions) {
    for (const each of suppression.codes) {
      if (!each.used && severities.get(each.code) !== "off")
        kept.push(unused(dockerfile, suppression, each, active, severity));
    }
  }
  return kept.sort((a, b) => a.span.start - b.span.start);
}

function unused(
  dockerfile: SuppressibleText,
  suppression: Suppression,
  { code, span }: SuppressedCode,
  active: ReadonlySet<string>,
  severity: Severity,
): Finding {
  const message = active.has(code)
    ? suppression.instruction || suppression.file
      ? `Nothing here breaks ${code}: the comment suppresses nothing; delete it.`
      : `No instruction follows this comment, so it suppresses nothing; move it above the instruction, or delete it.`
    : `There is no convention "${code}"; check the spelling, or delete the comment.`;
  const edit: Edit =
    suppression.codes.length === 1
      ? { span: withItsLine(dockerfile, suppression.comment.span), newText: "" }
      : { span: withComma(dockerfile, span), newText: "" };
  return {
    code: unusedSuppression,
    severity,
    span,
    message,
    fixes: [{ title: "Delete the suppression", automatic: false, edits: [edit] }],
  };
}

function readSuppressions(dockerfile: SuppressibleText): Suppression[] {
  const found: Suppression[] = [];
  const firstInstruction = dockerfile.instructions[0]?.span.start ?? dockerfile.text.length;
  for (const comment of dockerfile.comments) {
    const written = suppressionComment(comment);
    if (!written) continue;
    const codes = written.codes.map((each) => ({ ...each, used: false }));
    const file = written.kind === "ignore-file" && comment.span.start < firstInstruction;
    const instruction = file ? undefined : instructionOf(dockerfile, comment);
    found.push({ comment, codes, instruction, file });
  }
  return found;
}

/** The instruction that a comment covers: the one that it stands above or in. */
export function instructionOf(
  dockerfile: SuppressibleText,
  comment: Comment,
): { readonly span: Span } | undefined {
  if (dockerfile.coveredBy) return dockerfile.coveredBy(comment);
  return instructionBehind(dockerfile, comment.span.start);
}

/** Finds the suppressions that may cover a place without a look at all of them, where instructions do not nest. */
function suppressionsNear(
  dockerfile: SuppressibleText,
  suppressions: readonly Suppression[],
): (span: Span) => readonly Suppression[] {
  if (dockerfile.coveredBy) return () => suppressions;
  const ofFile = suppressions.filter(({ file }) => file);
  const near = new Map<object, Suppression[]>();
  for (const each of suppressions) {
    if (!each.instruction) continue;
    const known = near.get(each.instruction);
    if (known) known.push(each);
    else near.set(each.instruction, [...ofFile, each]);
  }
  return ({ start }) => {
    const instruction = instructionBehind(dockerfile, start);
    return (instruction && near.get(instruction)) ?? ofFile;
  };
}

/** The first instruction that ends behind an offset: it holds it, or follows it. */
function instructionBehind(
  dockerfile: SuppressibleText,
  offset: number,
): { readonly span: Span } | undefined {
  const instructions = dockerfile.instructions;
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instructions[middle]!.span.end > offset) high = middle;
    else low = middle + 1;
  }
  return instructions[low];
}

function within(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** The comment's whole line; behind something else the comment alone, with the blanks in front of it. */
function withItsLine({ text, lines }: SuppressibleText, span: Span): Span {
  const line = lines.lineAt(span.start);
  const start = lines.lineStart(line);
  const before = text.slice(start, span.start);
  if (before.trim() !== "") return { start: start + before.trimEnd().length, end: span.end };
  return { start, end: lines.lineStart(line + 1) };
}

function withComma(dockerfile: SuppressibleText, span: Span): Span {
  const after = /^\s*,\s*/.exec(dockerfile.text.slice(span.end, span.end + 80));
  if (after) return { start: span.start, end: span.end + after[0].length };
  const before = /\s*,\s*$/.exec(dockerfile.text.slice(Math.max(0, span.start - 80), span.start));
  return { start: span.start - (before?.[0].length ?? 0), end: span.end };
}
