import { pathToFileURL } from "node:url";
import type { TextDocumentEdit, WorkspaceEdit } from "vscode-languageserver";
import type { WireFileChange } from "../protocol.ts";
import type { FileEdit } from "../rules/rule.ts";

/** The client takes what lies past any line for the text's end. */
const pastAnyLine = 1_000_000;

/**
 * The change of another file that a fix needs. What is only added goes behind all that the file holds by then; any other
 * text is replaced whole.
 */
export function fileChange({ path, before, after }: FileEdit): WireFileChange {
  const uri = pathToFileURL(path).href;
  const at = (line: number) => ({ line, character: 0 });
  if (before === undefined)
    return { uri, exists: false, range: { start: at(0), end: at(0) }, newText: after };
  const adds = after.startsWith(before);
  return {
    uri,
    exists: true,
    range: { start: at(adds ? pastAnyLine : 0), end: at(pastAnyLine) },
    newText: adds ? after.slice(before.length) : after,
  };
}

/** The same as parts of a workspace edit; one that makes a file fails where somebody has made it meanwhile. */
export function documentChanges({
  uri,
  exists,
  range,
  newText,
}: WireFileChange): NonNullable<WorkspaceEdit["documentChanges"]> {
  const edit: TextDocumentEdit = { textDocument: { uri, version: null }, edits: [{ range, newText }] };
  return exists ? [edit] : [{ kind: "create", uri }, edit];
}
