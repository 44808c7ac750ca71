import { basename } from "node:path";
import { kindOfFile } from "../server/kinds/all-kinds.ts";
import type { Finding } from "../server/rules/rule.ts";
import type { LabOfFile } from "./lab-of.ts";

/** Lints one text of a file by the rules of its kind. */
export function lintText(text: string, file: LabOfFile): readonly Finding[] {
  return kindOfFile(basename(file.path), text).linterAt(file)(text).findings;
}
