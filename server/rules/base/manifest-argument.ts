import { findNodeAtLocation, getNodeValue } from "jsonc-parser";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { manifestTree, withValue } from "../../../core/lab/manifest-edit.ts";
import type { FileEdit } from "../rule.ts";

/** Whether the lab's manifest is there and cannot be read: then nobody may write to it. */
export function isUnreadable({ manifestText }: LabImage): boolean {
  return manifestText !== undefined && manifestTree(manifestText) === undefined;
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
  const after = withValue(manifestText, ["images", name, "args", argument], value);
  return after === undefined ? undefined : { path: manifestPath, before: manifestText, after };
}

/** Whether `image` builds, directly or through others, on the lab's image `name`, as far as the manifest says. */
export function buildsOn(manifestText: string | undefined, image: string, name: string): boolean {
  const root = manifestText === undefined ? undefined : manifestTree(manifestText);
  const seen = new Set<string>();
  const waiting = [image];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (each === name) return true;
    if (seen.has(each)) continue;
    seen.add(each);
    const args = root && findNodeAtLocation(root, ["images", each, "args"]);
    const text = args ? JSON.stringify(getNodeValue(args)) : "";
    for (const [, used] of text.matchAll(/\$\{image:([^{}"]+)\}/g))
      if (used !== undefined) waiting.push(used);
  }
  return false;
}
