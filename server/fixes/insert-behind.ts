import type { Command, CompoundList, Statement, SyntaxNode } from "unbash";
import type { Invocation } from "../../core/dockerfile/shell/invocation.ts";
import type { ShellScript } from "../../core/dockerfile/shell/shell-script.ts";
import type { Edit } from "../rules/rule.ts";
import { fits, parses } from "./append-commands.ts";

/**
 * Inserts ` && command` directly behind an invocation (behind the pipeline it stands in), where it is: in a branch, a
 * subshell, a function. Undefined where it would then run, or fail, in another case than the invocation's success.
 */
export function insertCommandBehind(invocation: Invocation, command: string): Edit | undefined {
  const { node, script } = invocation;
  if (!node || !parses(script) || !fits(command, script)) return undefined;
  const end = endBehind(script.tree.commands, node);
  if (end === undefined) return undefined;
  const at = script.source.toSourceEnd(end);
  return { span: { start: at, end: at }, newText: ` && ${command}` };
}

/**
 * Whether the script comes to the invocation in any case that it does not fail before: it is one of its own commands,
 * perhaps in a loop, in `{ … }` or in a pipeline, and not in a branch, a function, a subshell or behind `||`.
 */
export function runsAlways(script: ShellScript, { node, script: own }: Invocation): boolean {
  return node !== undefined && own === script && comesTo(script.tree.commands, node);
}

function comesTo(statements: readonly Statement[], target: Command): boolean {
  const statement = statements.find((each) => holds(each, target));
  if (!statement || statement.background) return false;
  let node: SyntaxNode = statement.command;
  if (node.type === "AndOr") {
    const index = node.commands.findIndex((each) => holds(each, target));
    if (index < 0 || node.operators.slice(0, index).includes("||")) return false;
    node = node.commands[index]!;
  }
  if (node.type === "Redirected") node = node.command;
  if (node === target) return true;
  if (node.type === "Pipeline") return node.commands.some((each) => each === target);
  if (node.type === "For" || node.type === "BraceGroup") return comesTo(node.body.commands, target);
  return false;
}

function endBehind(statements: readonly Statement[], target: Command): number | undefined {
  const statement = statements.find((each) => holds(each, target));
  if (!statement || statement.background) return undefined;
  let node: SyntaxNode = statement.command;
  if (node.type === "AndOr") {
    const index = node.commands.findIndex((each) => holds(each, target));
    const around = node.operators.slice(Math.max(0, index - 1), index + 1);
    if (index < 0 || around.includes("||")) return undefined;
    node = node.commands[index]!;
  }
  const whole = node.type === "Pipeline" ? node.commands.some((each) => each === target) : node === target;
  if (whole) {
    const negated = node.type === "Pipeline" && node.prefixes.length > 0;
    const heredoc = target.redirects.some((redirect) => redirect.type === "HereDoc");
    return negated || heredoc ? undefined : node.end;
  }
  const list = bodiesOf(node).find((each) => holds(each, target));
  return list && endBehind(list.commands, target);
}

/** The lists inside a compound command, conditions left out. */
function bodiesOf(node: SyntaxNode): CompoundList[] {
  switch (node.type) {
    case "If":
      return [node.then, ...node.elif.map((each) => each.then), ...(node.else ? [node.else] : [])];
    case "Case":
      return node.items.map((item) => item.body);
    case "For":
    case "While":
    case "BraceGroup":
    case "Subshell":
      return [node.body];
    case "Function":
      return node.body.type === "CompoundList" ? [node.body] : bodiesOf(node.body);
    case "Redirected":
      return bodiesOf(node.command);
    default:
      return [];
  }
}

function holds(
  outer: { readonly pos: number; readonly end: number },
  inner: { readonly pos: number; readonly end: number },
): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}
