import { fixAll } from "../server/lint/fix-all.ts";
import type { FileEdit, Finding } from "../server/rules/rule.ts";
import type { FileChange } from "./checked-file.ts";
import type { FoundFile } from "./find-files.ts";
import type { LabReader } from "./lab-of.ts";
import { lintText } from "./lint-text.ts";
import { type DockerfileText, encode, readDockerfile } from "./read-dockerfile.ts";
import { shownPath } from "./shown-path.ts";
import { replaceFile } from "./write-file.ts";

/** A Dockerfile after `--fix`. */
export interface FixedFile {
  /** What is on disk now. */
  readonly text: string;
  /** What is left in it. */
  readonly findings: readonly Finding[];
  readonly changes: readonly FileChange[];
  /** Why something could not be written. */
  readonly failure: string | undefined;
}

/** Why {@link DockerfileText.exact} keeps a file from being written, as the end of a sentence. */
export const notExact = "it holds bytes that are not UTF-8, which writing would change; save it as UTF-8.";

/** More rounds than a manifest needs, which changes once a round; a guard, not a budget. */
const maximumRounds = 20;

/** Applies the automatic fixes of a Dockerfile and writes what they change. `start` is where paths are shown from. */
export function fixFile(file: FoundFile, content: DockerfileText, labs: LabReader, start: string): FixedFile {
  const changes: FileChange[] = [];
  const failures = new Map<string, string>();
  let text = content.text;
  let applied: FileChange["applied"] = [];
  for (let round = 0; round < maximumRounds; round++) {
    const lab = labs.of(file.path);
    const fixed = fixAll(text, (current) => lintText(current, lab));
    text = fixed.text;
    applied = [...applied, ...fixed.applied.filter(({ fix }) => !fix.otherFile)];
    // fixAll takes one fix of each other file; the next round finds the rest on the file as it is then.
    let written = false;
    for (const edit of fixed.otherFiles) {
      if (failures.has(edit.path)) continue;
      const why = writeOther(edit);
      if (why !== undefined) {
        failures.set(edit.path, `${shownPath(edit.path, start)} was not changed: ${why}`);
        continue;
      }
      written = true;
      const here = fixed.applied.filter(({ fix }) => fix.otherFile?.path === edit.path);
      changes.push({ shown: shownPath(edit.path, start), applied: here });
    }
    if (!written) break;
    labs.forget();
  }

  if (text !== content.text) {
    const why = writeBack(file, content, text);
    if (why === undefined) changes.unshift({ shown: file.shown, applied });
    else {
      failures.set(file.path, `${file.shown} was not fixed: ${why}`);
      text = content.text;
    }
    // Images that build on this one inherit what it says.
    labs.forget();
  }
  return {
    text,
    findings: lintText(text, labs.of(file.path)),
    changes,
    failure: failures.size === 0 ? undefined : [...failures.values()].join("\n"),
  };
}

function writeOther({ path, before, after }: FileEdit): string | undefined {
  if (before === undefined) return replaceFile(path, undefined, Buffer.from(after));
  // The edit is of a text without the mark that its file may begin with.
  const content = readDockerfile(path, path);
  const mark = !("failure" in content) && content.byteOrderMark;
  return replaceFile(path, encode(before, mark), encode(after, mark));
}

function writeBack(file: FoundFile, content: DockerfileText, text: string): string | undefined {
  if (!content.exact) return notExact;
  return replaceFile(file.path, content.bytes, encode(text, content.byteOrderMark));
}
