import type { AndOr, Statement } from "unbash";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../core/dockerfile/instruction.ts";
import { instructionAt } from "../../core/dockerfile/instruction-at.ts";
import type { ShellScript } from "../../core/dockerfile/shell/shell-script.ts";

/** How one command follows another in a RUN, as its author writes it: ` \⏎    && `, ` && \⏎    `, `; \⏎    `, ` && `. */
export interface Separator {
  readonly text: string;
}

/** Whether the script stops at the first command that fails: `;` and a new line are then as good as `&&`. */
export function stopsOnError(script: ShellScript): boolean {
  return /(^|[;&\s])set\s+([-+]o\s+\w+\s+|-\w+\s+)*(-\w*e|-o\s+errexit\b)/.test(
    script.source.text.slice(0, 200),
  );
}

/** As {@link stopsOnError}, also where the SHELL in force or the script's first line says so: `SHELL ["bash", "-ec"]`. */
export function stopsOnErrorAt(dockerfile: Dockerfile, script: ShellScript, offset: number): boolean {
  if (stopsOnError(script) || /^#!.*\s-\w*e/.test(script.source.text.slice(0, 200))) return true;
  if (script.depth > 0) return false;
  const run = instructionAt(dockerfile, offset);
  for (let stage = run?.stage; stage; stage = stage.parent) {
    const before = stage === run!.stage ? run!.index : Number.POSITIVE_INFINITY;
    const shell = stage.shells.findLast(({ index }) => index < before);
    if (shell) return /"(-\w*e\w*|errexit)"/.test(shell.body.text);
  }
  return false;
}

/** The separator to put between the script's last command and one that is added behind it. */
export function separatorAtEnd(dockerfile: Dockerfile, run: RunInstruction, script: ShellScript): Separator {
  const last = script.tree.commands.at(-1);
  const previous = script.tree.commands.at(-2);
  const { escape, lineEnd } = dockerfile;
  if (script.embedding === "heredoc") {
    // Behind the word that opens a here-document of its own, a new line would fall into that document.
    if (!stopsOnError(script) || holdsHeredoc(script, last)) return { text: " && " };
    const from = last ? script.source.toSource(last.pos) : run.span.start;
    return { text: `${lineEnd}${indentAt(dockerfile, from)}` };
  }
  if (script.embedding !== "instruction" || run.heredocs.length > 0) return { text: " && " };
  const inList = last && lastJoint(last);
  const joint = inList ?? (previous && last && stopsOnError(script) ? [previous.end, last.pos] : undefined);
  const operator = inList ? "&&" : joint ? ";" : "&&";
  const between = joint
    ? dockerfile.text.slice(script.source.toSourceEnd(joint[0]!), script.source.toSource(joint[1]!))
    : "";
  const tail = last ? script.source.toSource(last.end - 1) : run.span.end;
  const multiline = joint
    ? between.includes("\n")
    : dockerfile.text.slice(run.span.start, tail).includes("\n");
  if (!multiline) {
    // `update && install \⏎ a \⏎ b`: a command of several lines gets the next one on a line of its own.
    const spread = joint && dockerfile.text.slice(script.source.toSource(joint[1]!), tail).includes("\n");
    if (!spread) return { text: operator === ";" ? "; " : " && " };
    const lead = ` ${escape}${lineEnd}${continuationIndent(indentAt(dockerfile, tail))}`;
    return { text: operator === ";" ? `;${lead}` : `${lead}&& ` };
  }
  const lineIndent = indentAt(dockerfile, joint ? script.source.toSource(joint[1]!) : tail);
  const indent =
    lineIndent === "" || !joint ? (joint ? lineIndent : continuationIndent(lineIndent)) : lineIndent;
  if (operator === ";") return { text: `; ${escape}${lineEnd}${indent}` };
  const leads = !joint || /\n[^\n]*&&[ \t]*$/.test(between);
  if (leads) {
    const gap = joint ? (/&&([ \t]*)$/.exec(between)?.[1] ?? " ") : " ";
    return { text: ` ${escape}${lineEnd}${indent}&&${gap || " "}` };
  }
  return { text: ` && ${escape}${lineEnd}${indent}` };
}

function holdsHeredoc(script: ShellScript, statement: Statement | undefined): boolean {
  return (
    statement !== undefined && /<<-?\s*["'\\\w]/.test(script.source.text.slice(statement.pos, statement.end))
  );
}

/** An indent that only aligns words under each other is not one for commands. */
function continuationIndent(lineIndent: string): string {
  return lineIndent === "" || lineIndent.length > 12 ? "    " : lineIndent;
}

/** The end of the last-but-one and the start of the last command of a list whose last operator is `&&`. */
function lastJoint(statement: Statement): readonly [number, number] | undefined {
  const list = statement.command;
  if (list.type !== "AndOr") return undefined;
  return lastAnd(list);
}

function lastAnd(list: AndOr): readonly [number, number] | undefined {
  for (let at = list.operators.length - 1; at >= 0; at--) {
    if (list.operators[at] === "&&") return [list.commands[at]!.end, list.commands[at + 1]!.pos];
  }
  return undefined;
}

/** The blanks at the start of the line that holds `offset`. */
export function indentAt(dockerfile: Dockerfile, offset: number): string {
  const start = dockerfile.lines.lineStart(dockerfile.lines.lineAt(offset));
  return /^[ \t]*/.exec(dockerfile.text.slice(start, start + 200))![0];
}
