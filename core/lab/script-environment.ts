import { join, normalize } from "node:path";
import { forEachChild, type SyntaxNode } from "unbash";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import type { ShellScript } from "../dockerfile/shell/shell-script.ts";

/** Syntax nested deeper than this is not looked at: a hostile file must not recurse. */
const maximumNesting = 200;

/** What a script takes for the variables that it has a default for (`${TAG:-latest}`), by their names. */
export function defaultsIn({ tree }: ShellScript): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  visitAll(tree.commands, (node) => {
    if (node.type !== "ParameterExpansion" || node.operation?.type !== "Default") return;
    const { operator, operand } = node.operation;
    const isPlain = !operand.parts?.some(({ type }) => type !== "Literal" && type !== "SingleQuoted");
    if (!/^:?[-=]$/.test(operator) || !/^[A-Za-z_]/.test(node.parameter) || !isPlain) return;
    if (!defaults.has(node.parameter)) defaults.set(node.parameter, operand.value);
  });
  return defaults;
}

/**
 * The folders that the invocations of a script are started in: `folder`, or where `cd`, `pushd` and `popd` lead from it.
 * A place that is not known, or lies elsewhere on the machine, counts as `folder`: scripts first go to where they lie.
 */
export function foldersOf(
  script: ShellScript,
  invocations: readonly Invocation[],
  folder: string,
): ReadonlyMap<Invocation, string> {
  const subshells: { readonly pos: number; readonly end: number }[] = [];
  visitAll(script.tree.commands, (node) => {
    if (node.type === "Subshell") subshells.push(node);
  });
  subshells.sort((a, b) => a.pos - b.pos);
  let next = 0;
  const folders = new Map<Invocation, string>();
  /** The shell itself, and the subshells around what is looked at. */
  const shells = [{ pos: -1, end: Number.POSITIVE_INFINITY, folder, left: [] as string[] }];
  for (const invocation of invocations) {
    if (invocation.script === script) {
      const at = invocation.word.written.pos;
      // What a word substitutes stands behind the command that it is looked at before.
      while (at < shells.at(-1)!.pos || at >= shells.at(-1)!.end) shells.pop();
      for (; (subshells[next]?.pos ?? Number.POSITIVE_INFINITY) <= at; next++) {
        const { pos, end } = subshells[next]!;
        if (at < end) shells.push({ pos, end, folder: shells.at(-1)!.folder, left: [] });
      }
    }
    const shell = shells.at(-1)!;
    folders.set(invocation, shell.folder);
    if (invocation.context.inFunction) continue;
    const { name, args } = invocation;
    if (name === "pushd") shell.left.push(shell.folder);
    if (name === "cd" || name === "pushd") shell.folder = destination(args[0]?.value, shell.folder, folder);
    if (name === "popd") shell.folder = shell.left.pop() ?? folder;
  }
  return folders;
}

function destination(to: string | null | undefined, from: string, folder: string): string {
  if (!to || /^[-/~]/.test(to)) return folder;
  return normalize(join(from, to)).replace(/(.)\/$/, "$1");
}

function visitAll(nodes: readonly SyntaxNode[], look: (node: SyntaxNode) => void): void {
  const visit = (node: SyntaxNode, depth: number): void => {
    if (depth > maximumNesting) return;
    look(node);
    forEachChild(node, (child) => visit(child, depth + 1));
  };
  for (const node of nodes) visit(node, 0);
}
