import type { CompletionItem, Range } from "vscode-languageserver";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { LineIndex } from "../../../core/dockerfile/span.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";
import { completions } from "../../../server/features/completion/completions.ts";
import { InstructionItems } from "../../../server/features/completion/instructions.ts";

const language = new InstructionItems();

/** A text with `|` where the cursor stands, taken apart. */
export function withCursor(marked: string) {
  const offset = marked.indexOf("|");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, offset, position: new LineIndex(text).positionAt(offset) };
}

/** What is offered at `|`, in the order in which the editor lists it. */
export function completeAt(marked: string, lab: LabImage = noLab, others = false): CompletionItem[] {
  const { text, position } = withCursor(marked);
  const dockerfile = parseDockerfile(text, lab);
  const items = completions({ dockerfile, lab, position, language: others ? undefined : language });
  const order = (item: CompletionItem) => item.sortText ?? item.label;
  return items.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

/** The labels at `|`. */
export function labelsAt(marked: string, lab?: LabImage): string[] {
  return completeAt(marked, lab).map(({ label }) => label);
}

/** The text after the item of this label is taken at `|`. */
export function take(marked: string, label: string, lab?: LabImage): string {
  const { text } = withCursor(marked);
  const item = completeAt(marked, lab).find((each) => each.label === label);
  if (!item?.textEdit || !("range" in item.textEdit)) throw new Error(`${label} is not offered`);
  const { range, newText } = item.textEdit;
  const lines = new LineIndex(text);
  const at = (place: Range["start"]) => lines.offsetAt(place);
  return text.slice(0, at(range.start)) + newText + text.slice(at(range.end));
}
