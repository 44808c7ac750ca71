import { type CompletionItem, CompletionItemKind, type Range } from "vscode-languageserver";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Stage } from "../../../core/dockerfile/instruction.ts";
import { platformArguments } from "../../../core/dockerfile/variables.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";

/** Where `$` or `${` and the beginning of a name are typed. */
export interface TypedVariable {
  /** All of the reference: what an item replaces. */
  readonly range: Range;
  readonly offset: number;
  /** Whether FROM sees it: only the arguments above the first FROM count there. */
  readonly inFrom: boolean;
}

/** The ARG and ENV names that hold at a place, with their values where they are known. */
export function variableItems(
  dockerfile: Dockerfile,
  lab: LabImage,
  { range, offset, inFrom }: TypedVariable,
): CompletionItem[] {
  const known = new Map<string, string>();
  const from = dockerfile.stages.findLast(({ from }) => from && from.span.start <= offset);
  const line = new Set<Stage>();
  for (let stage = from; stage && !line.has(stage); stage = stage.parent) line.add(stage);
  const index = dockerfile.instructions.filter(({ span }) => span.end < offset).length;
  if (!inFrom)
    for (const [name, value] of from?.variables.finalEnvironment() ?? []) known.set(name, value ?? "");
  for (const instruction of dockerfile.instructions.slice(0, index)) {
    if (instruction.kind !== "ARG" && instruction.kind !== "ENV") continue;
    const { stage } = instruction;
    if (inFrom ? stage !== undefined : !stage || !line.has(stage)) continue;
    for (const { name, value } of instruction.assignments)
      known.set(name, lab.buildArguments.get(name) ?? value ?? known.get(name) ?? "");
  }
  const items = [...known].map(([name, value]) => item(name, value, range, "0"));
  const platform = [...platformArguments].filter((name) => !known.has(name));
  return inFrom ? [...items, ...platform.map((name) => item(name, "set by BuildKit", range, "1"))] : items;
}

function item(name: string, detail: string, range: Range, group: string): CompletionItem {
  const text = `\${${name}}`;
  return {
    label: name,
    kind: CompletionItemKind.Variable,
    detail: detail.length > 100 ? `${detail.slice(0, 100)}…` : detail,
    sortText: group + name,
    filterText: text,
    textEdit: { range, newText: text },
  };
}
