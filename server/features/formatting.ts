import { DockerfileLanguageServiceFactory } from "dockerfile-language-service";
import type { FormattingOptions, Range, TextEdit } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { instructionAt } from "../../core/dockerfile/instruction-at.ts";

/** In characters: the service's formatter is super-linear, and nobody lays out a longer file by hand. */
const longestFormatted = 200_000;

/**
 * The edits that lay out a Dockerfile, or the lines of `range` alone; none for a very long one. Instructions of several lines
 * stay as they are: the service would flatten their indentation, and takes the text of some here-documents for instructions.
 */
export function formattingEdits(
  dockerfile: Dockerfile,
  options: FormattingOptions,
  range?: Range,
): TextEdit[] {
  const { text } = dockerfile;
  if (text.length > longestFormatted) return [];
  const service = DockerfileLanguageServiceFactory.createLanguageService();
  const settings = { ...options, ignoreMultilineInstructions: true };
  const edits = range ? service.formatRange(text, range, settings) : service.format(text, settings);
  return edits.filter(({ range: { start } }) => !isInHeredoc(dockerfile, start.line));
}

/** Whether a line lies behind the first one of an instruction that has here-documents. */
function isInHeredoc(dockerfile: Dockerfile, line: number): boolean {
  const start = dockerfile.lines.lineStart(line);
  const instruction = instructionAt(dockerfile, start);
  return instruction !== undefined && instruction.heredocs.length > 0 && instruction.span.start < start;
}
