import {
  applyEdits,
  type Edit,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from "jsonc-parser";
import { nestedTooDeep } from "./manifest-text.ts";

/** A manifest's text as a tree; undefined where it cannot be read, and so may not be written to. */
export function manifestTree(text: string): Node | undefined {
  if (nestedTooDeep(text) !== undefined) return undefined;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  return errors.length === 0 && root?.type === "object" ? root : undefined;
}

/**
 * The text with a value put where nothing stands yet; everything else, comments and layout, stays as it is. Undefined
 * where the text cannot be read, or something stands in the way.
 */
export function withValue(text: string, place: JSONPath, value: unknown): string | undefined {
  const root = manifestTree(text);
  if (!root || findNodeAtLocation(root, place)) return undefined;
  let depth = 0;
  while (depth < place.length && findNodeAtLocation(root, place.slice(0, depth))?.type === "object") depth++;
  if (depth < place.length && findNodeAtLocation(root, place.slice(0, depth))) return undefined;
  const [edit] = modify(text, place, value, {});
  if (!edit) return undefined;
  const candidates = [
    () => applyEdits(text, laidOut(text, edit, depth)),
    () => formatted(text, place, value),
  ];
  return candidates.map((make) => make()).find((after) => holds(after, place, value));
}

/** jsonc-parser lays out what stands beside the new value too: only for texts that {@link laidOut} cannot place it in. */
function formatted(text: string, place: JSONPath, value: unknown): string {
  const { indent, eol } = layoutOf(text);
  const formattingOptions = { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length, eol };
  return applyEdits(text, modify(text, place, value, { formattingOptions }));
}

/** The insertion, on a line of its own in the file's layout, behind what may stand on the line after its neighbour. */
function laidOut(text: string, { offset, content }: Edit, depth: number): Edit[] {
  const { indent, eol } = layoutOf(text);
  const [, comma = "", key = "", written = "null"] = /^(,?)("(?:[^"\\]|\\.)*"):(.*)$/s.exec(content) ?? [];
  const pad = indent.repeat(depth);
  const lines = JSON.stringify(JSON.parse(written), null, indent).replaceAll("\n", eol + pad);
  const property = `${eol}${pad}${key}: ${lines}`;
  if (comma === "") return [{ offset, length: 0, content: `${property}${eol}${indent.repeat(depth - 1)}` }];
  const behind =
    /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n)/.exec(text.slice(offset))?.[0] ?? "";
  return [
    { offset, length: 0, content: comma },
    { offset: offset + behind.length, length: 0, content: property },
  ];
}

function holds(text: string, place: JSONPath, value: unknown): boolean {
  const root = manifestTree(text);
  const node = root && findNodeAtLocation(root, place);
  return node !== undefined && JSON.stringify(getNodeValue(node)) === JSON.stringify(value);
}

/** The file's own indentation and line ends. */
function layoutOf(text: string): { readonly indent: string; readonly eol: string } {
  return { indent: /^([ \t]+)"/m.exec(text)?.[1] ?? "  ", eol: text.includes("\r\n") ? "\r\n" : "\n" };
}
