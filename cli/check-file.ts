import { LineIndex } from "../core/dockerfile/span.ts";
import type { Finding } from "../server/rules/rule.ts";
import type { CheckedFile, FileChange } from "./checked-file.ts";
import type { FoundFile } from "./find-files.ts";
import { type FixedFile, fixFile } from "./fix-file.ts";
import type { LabReader } from "./lab-of.ts";
import { lintText } from "./lint-text.ts";
import { type DockerfileText, readDockerfile } from "./read-dockerfile.ts";

/** How files are checked. */
export interface CheckOptions {
  readonly labs: LabReader;
  readonly fix: boolean;
  /** The folder that paths are shown from. */
  readonly start: string;
}

/** Reads a Dockerfile, fixes it if that is asked for, and lints it. Never throws. */
export function checkFile(file: FoundFile, { labs, fix, start }: CheckOptions): CheckedFile {
  const content = readDockerfile(file.path, file.shown);
  return checkContent(file, content, labs, fix ? (read) => fixFile(file, read, labs, start) : undefined);
}

/** Lints a content that was read, or could not be, after `fix` if there is one. Never throws. */
export function checkContent(
  file: FoundFile,
  content: DockerfileText | { readonly failure: string },
  labs: LabReader,
  fix: ((content: DockerfileText) => FixedFile) | undefined,
): CheckedFile {
  if ("failure" in content) return checked(file, "", [], content.failure, []);
  try {
    if (!fix) return checked(file, content.text, lintText(content.text, labs.of(file.path)), undefined, []);
    const fixed = fix(content);
    return checked(file, fixed.text, fixed.findings, fixed.failure, fixed.changes);
  } catch (error) {
    // One file that a rule stumbles over must not hide the findings of the others.
    const why = error instanceof Error ? error.message : String(error);
    const failure = `${file.shown} could not be checked: ${why}. This is a fault of lab-images: please report it with the file.`;
    return checked(file, content.text, [], failure, []);
  }
}

function checked(
  { shown, path }: FoundFile,
  text: string,
  findings: readonly Finding[],
  failure: string | undefined,
  changes: readonly FileChange[],
): CheckedFile {
  return { shown, path, text, lines: new LineIndex(text), findings, failure, changes };
}
