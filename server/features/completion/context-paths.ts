import { type CompletionItem, CompletionItemKind, type Range } from "vscode-languageserver";
import type { BuildContext } from "../../../core/context/build-context.ts";

/** A folder with more entries than a person picks from is cut short there. */
const maximumItems = 1_000;

/** The files and folders of the build context that are sent, folder by folder. `range` is the typed path's last part. */
export function contextPathItems(context: BuildContext, before: string, range: Range): CompletionItem[] {
  const folder = before.slice(0, before.lastIndexOf("/") + 1);
  return context
    .entries(folder, maximumItems)
    .map(({ name, isFolder }) => ({
      label: isFolder ? `${name}/` : name,
      kind: isFolder ? CompletionItemKind.Folder : CompletionItemKind.File,
      sortText: `${isFolder ? 0 : 1}${name}`,
      filterText: name,
      // A blank ends a word: Docker takes no quotes there.
      textEdit: { range, newText: isFolder ? `${name}/` : name },
      ...(isFolder ? { command: { title: "", command: "editor.action.triggerSuggest" } } : {}),
    }))
    .filter(({ filterText }) => !/\s/.test(filterText));
}
