import { resolve } from "node:path";
import { fixAll } from "../server/lint/fix-all.ts";
import type { Finding } from "../server/rules/rule.ts";
import { type CheckOptions, checkContent } from "./check-file.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { FoundFile } from "./find-files.ts";
import { type FixedFile, notExact } from "./fix-file.ts";
import type { LabReader } from "./lab-of.ts";
import { lintText } from "./lint-text.ts";
import { type DockerfileText, decodeDockerfile, encode, maximumBytes } from "./read-dockerfile.ts";

/** What came of a text on standard input. */
export interface StandardInputResult {
  readonly file: CheckedFile;
  /** With `--fix`, what belongs on standard output: the fixed text, or what came in where it could not be fixed. */
  readonly output: Buffer | undefined;
}

/**
 * Reads a text to its end, checks it as if it stood at `path`, in the lab that it would belong to, and fixes it if that
 * is asked for. Nothing is written to disk.
 */
export async function lintStandardInput(
  input: AsyncIterable<Buffer>,
  path: string,
  { labs, fix, start }: CheckOptions,
): Promise<StandardInputResult> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    // Enough to refuse it; with `--fix` all that came in has to go out.
    if (size > maximumBytes && !fix) break;
  }
  const bytes = Buffer.concat(chunks);
  const place = { shown: path, path: resolve(start, path) };
  const content = decodeDockerfile(bytes, path);
  if (!("failure" in content)) labs.replaceText(place.path, content.text);
  const file = checkContent(place, content, labs, fix ? (read) => fixText(read, place, labs) : undefined);
  if (!fix) return { file, output: undefined };
  const fixed = !("failure" in content) && file.failure === undefined;
  return { file, output: fixed ? encode(file.text, content.byteOrderMark) : bytes };
}

/** Applies the automatic fixes but those of other files. */
function fixText({ text, exact }: DockerfileText, { shown, path }: FoundFile, labs: LabReader): FixedFile {
  const lab = labs.of(path);
  const fixed = fixAll(text, (current) => lintText(current, lab).map(withOwnFixes));
  if (fixed.text !== text && !exact) {
    const failure = `${shown} was not fixed: ${notExact}`;
    return { text, findings: lintText(text, lab), changes: [], failure };
  }
  labs.replaceText(path, fixed.text);
  const changes = fixed.applied.length === 0 ? [] : [{ shown, applied: fixed.applied }];
  return { text: fixed.text, findings: lintText(fixed.text, labs.of(path)), changes, failure: undefined };
}

function withOwnFixes(finding: Finding): Finding {
  return { ...finding, fixes: finding.fixes?.filter((fix) => fix.otherFile === undefined) ?? [] };
}
