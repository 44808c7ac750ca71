import type { FileBeside } from "../../core/lab/lab-image.ts";
import type { FileEdit } from "../rules/rule.ts";

/** The requirements that a `requirements.txt` holds, one a line, comments left out. */
export function requirementsIn(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s+)#.*$/, "").trim());
  return lines.filter((line) => line !== "");
}

/** The file with what is not in it yet at its end; undefined where it cannot be read. */
export function appendRequirements(
  file: FileBeside | undefined,
  wanted: readonly string[],
): FileEdit | undefined {
  if (!file || (file.exists && file.text === undefined)) return undefined;
  const text = file.text ?? "";
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const present = new Set(requirementsIn(text));
  const missing = [...new Set(wanted)].filter((each) => !present.has(each));
  const gap = text === "" || text.endsWith("\n") ? "" : lineEnd;
  const added = missing.map((each) => each + lineEnd).join("");
  const after = missing.length === 0 ? text : text + gap + added;
  return { path: file.path, before: file.text, after };
}
