import type { Command, CompoundList, Statement, SyntaxNode } from "unbash";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Invocation } from "../../core/dockerfile/shell/invocation.ts";
import type { ShellScript } from "../../core/dockerfile/shell/shell-script.ts";
import type { Edit } from "../rules/rule.ts";
import { fits, parses } from "./append-commands.ts";
import { indentAt, stopsOnErrorAt } from "./author-style.ts";

/**
 * Inserts a command that runs, and succeeds, before an invocation does: directly in front of it and of the `sudo` it
 * is called through, or in front of the loop, function or pipeline around it; with `outermost` also in front of an
 * `if`. In its author's style, and so that the script stops where it fails. Undefined where that cannot be had:
 * behind `||`, in a substitution, in exec form, in a quoting that does not hold it.
 */
export function insertCommandBefore(
  dockerfile: Dockerfile,
  invocation: Invocation,
  command: string,
  outermost = false,
): Edit | undefined {
  const { node, script } = invocation;
  if (!node || !parses(script) || !fits(command, script)) return undefined;
  const place = placeBefore(script.tree.commands, node, outermost);
  if (!place) return undefined;
  const at = script.source.toSource(place.pos);
  const newText = `${command}${separatorBehind(dockerfile, script, place, at)}`;
  return { span: { start: at, end: at }, newText };
}

interface Place {
  readonly pos: number;
  /** Whether it stands in a list joined by `&&`, or in a condition; otherwise it is a statement of its own. */
  readonly inList: boolean;
}

function placeBefore(
  statements: readonly Statement[],
  target: Command,
  outermost: boolean,
): Place | undefined {
  const statement = statements.find((each) => holds(each, target));
  if (!statement) return undefined;
  let node: SyntaxNode = statement.command;
  let place: Place = { pos: statement.pos, inList: false };
  if (node.type === "AndOr") {
    const index = node.commands.findIndex((each) => holds(each, target));
    if (index < 0 || node.operators.slice(0, index).includes("||")) return undefined;
    node = node.commands[index]!;
    place = { pos: node.pos, inList: true };
  }
  if (node === target || isLoop(node)) return place;
  if (node.type === "Command") return undefined;
  if (outermost || node.type === "Pipeline") return place;
  for (const list of listsOf(node)) {
    if (!holds(list, target)) continue;
    const inner = placeBefore(list.commands, target, outermost);
    return inner && { ...inner, inList: inner.inList || isTested(node, list) };
  }
  return place;
}

function isLoop(node: SyntaxNode): boolean {
  return ["For", "While", "ArithmeticFor", "Select", "Function"].includes(node.type);
}

/** The lists of statements inside a compound command that are run at most once. */
function listsOf(node: SyntaxNode): CompoundList[] {
  switch (node.type) {
    case "If":
      return [
        node.clause,
        node.then,
        ...node.elif.flatMap((each) => [each.clause, each.then]),
        ...(node.else ? [node.else] : []),
      ];
    case "Case":
      return node.items.map((item) => item.body);
    case "BraceGroup":
    case "Subshell":
      return [node.body];
    case "Redirected":
      return listsOf(node.command);
    default:
      return [];
  }
}

/** Whether a list is what an `if` asks: there `set -e` does not stop the script. */
function isTested(node: SyntaxNode, list: CompoundList): boolean {
  return node.type === "If" && (node.clause === list || node.elif.some(({ clause }) => clause === list));
}

function holds(
  outer: { readonly pos: number; readonly end: number },
  inner: { readonly pos: number; readonly end: number },
): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}

/** With `set -e` a statement is left with `;` or a new line: in `a && b` a failing `a` would not stop the script. */
function separatorBehind(dockerfile: Dockerfile, script: ShellScript, place: Place, at: number): string {
  const { escape, lineEnd, lines, text } = dockerfile;
  const indent = indentAt(dockerfile, at);
  const lineBefore = text.slice(lines.lineStart(lines.lineAt(at)), at);
  const statement = !place.inList && stopsOnErrorAt(dockerfile, script, at);
  if (script.embedding === "heredoc" && lineBefore === indent)
    return statement ? `${lineEnd}${indent}` : " && ";
  if (script.embedding !== "instruction") return statement ? "; " : " && ";
  const led = /^[ \t]*&&[ \t]*$/.test(lineBefore);
  if (led) return ` ${escape}${lineEnd}${lineBefore}`;
  const ownLine = lineBefore === indent && lineBefore !== "";
  const newLine = ownLine ? `${escape}${lineEnd}${indent}` : "";
  return `${statement ? "; " : " && "}${newLine}`;
}
