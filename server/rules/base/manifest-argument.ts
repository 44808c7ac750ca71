import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from "jsonc-parser";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import type { FileEdit } from "../rule.ts";

/** Whether the lab's manifest is there and cannot be read: then nobody may write to it. */
export function isUnreadable({ manifestText }: LabImage): boolean {
  return manifestText !== undefined && rootOf(manifestText) === undefined;
}

/**
 * The edit that gives a build argument of the image a value in `lab-images.json`, comments and layout kept; a new
 * file where there is none. Undefined where the manifest cannot be read, or says something else in that place.
 */
export function manifestArgument(lab: LabImage, argument: string, value: string): FileEdit | undefined {
  const { name, manifestPath, manifestText } = lab;
  if (name === undefined || manifestPath === undefined) return undefined;
  if (manifestText === undefined) {
    const content = { images: { [name]: { args: { [argument]: value } } } };
    return { path: manifestPath, before: undefined, after: `${JSON.stringify(content, null, 2)}\n` };
  }
  const place = ["images", name, "args", argument];
  const root = rootOf(manifestText);
  if (!root || findNodeAtLocation(root, place)) return undefined;
  for (let depth = 1; depth < place.length; depth++) {
    const node = findNodeAtLocation(root, place.slice(0, depth));
    if (node && node.type !== "object") return undefined;
  }
  const after = applyEdits(
    manifestText,
    modify(manifestText, place, value, { formattingOptions: layoutOf(manifestText) }),
  );
  return valueAt(after, place) === value ? { path: manifestPath, before: manifestText, after } : undefined;
}

/** Whether `image` builds, directly or through others, on the lab's image `name`, as far as the manifest says. */
export function buildsOn(manifestText: string | undefined, image: string, name: string): boolean {
  const root = manifestText === undefined ? undefined : rootOf(manifestText);
  const seen = new Set<string>();
  const waiting = [image];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (each === name) return true;
    if (seen.has(each)) continue;
    seen.add(each);
    const args = root && findNodeAtLocation(root, ["images", each, "args"]);
    const text = args ? JSON.stringify(getNodeValue(args)) : "";
    for (const [, used] of text.matchAll(/\$\{image:([^}"]+)\}/g)) if (used !== undefined) waiting.push(used);
  }
  return false;
}

function rootOf(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  return errors.length === 0 && root?.type === "object" ? root : undefined;
}

function valueAt(text: string, place: JSONPath): unknown {
  const root = rootOf(text);
  const node = root && findNodeAtLocation(root, place);
  return node && getNodeValue(node);
}

/** The file's own indentation and line ends. */
function layoutOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
  const tabs = indent.startsWith("\t");
  return {
    insertSpaces: !tabs,
    tabSize: tabs ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}
