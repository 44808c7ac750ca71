import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Assignment, EnvInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Edit } from "../rule.ts";

/**
 * Makes an ARG of one variable of an ENV, which is then in force for the build only. Undefined where the value is
 * none that both spell alike, or a comment would go with it.
 */
export function environmentForBuild(
  dockerfile: Dockerfile,
  env: EnvInstruction,
  { name, nameSpan, raw, span }: Assignment,
): Edit[] | undefined {
  const { text, lines, lineEnd, escape } = dockerfile;
  if (!raw || !/^["']?[\w.-]+["']?$/.test(raw) || text.slice(span.end - raw.length, span.end) !== raw)
    return undefined;
  const start = env.span.start;
  const keyword = text.slice(start, start + env.keyword.length);
  if (keyword.toUpperCase() !== "ENV") return undefined;
  const arg = keyword === keyword.toLowerCase() ? "arg" : "ARG";
  const others = env.assignments.filter(({ span: other }) => other.start !== span.start);
  if (others.length === 0) {
    const edits = [{ span: { start, end: start + keyword.length }, newText: arg }];
    const gap = { start: nameSpan.end, end: span.end - raw.length };
    if (text.slice(gap.start, gap.end) === "=") return edits;
    return /^[ \t]+$/.test(text.slice(gap.start, gap.end))
      ? [...edits, { span: gap, newText: "=" }]
      : undefined;
  }
  const next = others.find(({ span: other }) => other.start > span.start);
  const previous = others.findLast(({ span: other }) => other.start < span.start);
  const removed = next
    ? { start: span.start, end: next.span.start }
    : { start: previous!.span.end, end: span.end };
  const around = text.slice(removed.start, removed.end).replace(text.slice(span.start, span.end), "");
  if (!/^[\s\\`]*$/.test(around) || (around.includes("\\") && escape !== "\\")) return undefined;
  const line = lines.lineStart(lines.lineAt(start));
  if (text.slice(line, start).trim() !== "") return undefined;
  const indent = text.slice(line, start);
  return [
    { span: { start, end: start }, newText: `${arg} ${name}=${raw}${lineEnd}${indent}` },
    { span: removed, newText: "" },
  ];
}
