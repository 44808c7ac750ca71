import type { Command, Statement } from "unbash";
import { commentsIn } from "../../core/dockerfile/comments-in.ts";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Instruction, RunInstruction } from "../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../core/dockerfile/shell/invocation.ts";
import type { ShellScript } from "../../core/dockerfile/shell/shell-script.ts";
import type { Edit } from "../rules/rule.ts";
import { parses } from "./append-commands.ts";

/** Removes an instruction with its lines; comments above it stay. */
export function removeInstruction(dockerfile: Dockerfile, instruction: Instruction): Edit {
  const { lines, text } = dockerfile;
  const start = lines.lineStart(lines.lineAt(instruction.span.start));
  const lastLine = lines.lineAt(Math.max(instruction.span.start, instruction.span.end - 1));
  let end = lines.lineStart(lastLine + 1);
  // Without the blank lines on both sides joining into a taller gap.
  const before = /(^|\n)\r?\n$/.test(text.slice(Math.max(0, start - 3), start));
  const after = before ? /^\r?\n/.exec(text.slice(end, end + 2)) : null;
  if (after) end += after[0].length;
  return { span: { start, end }, newText: "" };
}

/**
 * Removes a command from its RUN, or the RUN when nothing else is in it. Undefined when it is not one of the RUN's
 * own commands joined by `&&`, `;` or a new line, or when a comment would go with it.
 */
export function removeCommand(
  dockerfile: Dockerfile,
  run: RunInstruction,
  invocation: Invocation,
): Edit | undefined {
  const script = run.shell.main;
  const node = invocation.node;
  if (!node) return run.form === "exec" ? removeInstruction(dockerfile, run) : undefined;
  if (!script || invocation.script !== script || !parses(script)) return undefined;
  const place = findPlace(script, node);
  if (!place) return undefined;
  if (place.alone) return removeInstruction(dockerfile, run);
  // What is no operator between the two is the body of a here-document.
  const gap = place.first ? [node.end, place.end] : [place.start, node.pos];
  if (!/^[\s;&]*$/.test(script.source.text.slice(gap[0], gap[1]))) return undefined;
  const start = place.first ? script.source.toSource(place.start) : script.source.toSourceEnd(place.start);
  const end = place.first ? script.source.toSource(place.end) : script.source.toSourceEnd(place.end);
  const holdsComment = commentsIn(dockerfile.comments, { start, end }).length > 0;
  const removed = dockerfile.text.slice(start, end);
  if (holdsComment || /(^|\s)#/.test(removed)) return undefined;
  return { span: { start, end }, newText: "" };
}

interface Place {
  readonly alone: boolean;
  /** First of its list: what goes reaches to the next command's start, else from the previous one's end. */
  readonly first: boolean;
  readonly start: number;
  readonly end: number;
}

function findPlace(script: ShellScript, node: Command): Place | undefined {
  const statements = script.tree.commands;
  const index = statements.findIndex((statement) => statement.pos <= node.pos && node.end <= statement.end);
  const statement = statements[index];
  if (!statement || statement.background) return undefined;
  if (statement.command.type === "AndOr") return placeInList(statement, node);
  if (statement.command !== node) return undefined;
  if (statements.length === 1) return { alone: true, first: true, start: node.pos, end: node.end };
  return neighbours(statements, index);
}

function placeInList(statement: Statement, node: Command): Place | undefined {
  const list = statement.command;
  if (list.type !== "AndOr" || list.operators.some((operator) => operator !== "&&")) return undefined;
  const index = list.commands.indexOf(node);
  if (index < 0) return undefined;
  return neighbours(list.commands, index);
}

function neighbours(nodes: readonly { readonly pos: number; readonly end: number }[], index: number): Place {
  const node = nodes[index]!;
  if (index === 0) return { alone: false, first: true, start: node.pos, end: nodes[1]!.pos };
  return { alone: false, first: false, start: nodes[index - 1]!.end, end: node.end };
}
