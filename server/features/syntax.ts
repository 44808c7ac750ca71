import {
  type DockerfileLanguageService,
  DockerfileLanguageServiceFactory,
} from "dockerfile-language-service";
import { ValidationCode } from "dockerfile-utils";
import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Instruction } from "../../core/dockerfile/instruction.ts";
import { parseImageReference } from "../../core/image/reference.ts";
import { diagnosticSource } from "./diagnostics.ts";

/**
 * The errors of `dockerfile-language-service` that are mistakes in any version of Docker. Its flags and
 * here-documents are behind the current syntax, so what it says of those is left out.
 */
export const trusted: ReadonlyMap<number, string> = new Map([
  [ValidationCode.ARGUMENT_MISSING, "syntax/missing-argument"],
  [ValidationCode.ARGUMENT_REQUIRES_ONE, "syntax/arguments"],
  [ValidationCode.ARGUMENT_REQUIRES_AT_LEAST_ONE, "syntax/arguments"],
  [ValidationCode.ARGUMENT_REQUIRES_AT_LEAST_TWO, "syntax/arguments"],
  [ValidationCode.ARGUMENT_REQUIRES_ONE_OR_THREE, "syntax/arguments"],
  [ValidationCode.INVALID_AS, "syntax/as"],
  [ValidationCode.INVALID_PORT, "syntax/port"],
  [ValidationCode.INVALID_REFERENCE_FORMAT, "syntax/reference"],
  [ValidationCode.UNKNOWN_INSTRUCTION, "syntax/unknown-instruction"],
]);

/** Instructions of which the service says nothing that is {@link trusted}, and most of a file's text. */
export const neverFaulty: ReadonlySet<string> = new Set(["RUN", "CMD"]);

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  /** Lines from the instruction's first one; characters in the document. */
  readonly range: Diagnostic["range"];
}

/**
 * Syntax errors, instruction by instruction: an instruction that was checked before is not checked again, so an edit
 * costs one instruction and not the file (the service needs 27 µs a line).
 */
export class SyntaxCheck {
  readonly #service = DockerfileLanguageServiceFactory.createLanguageService();
  #known = new Map<string, readonly SyntaxError[]>();

  diagnostics(dockerfile: Dockerfile): Diagnostic[] {
    const known = new Map<string, readonly SyntaxError[]>();
    const found: Diagnostic[] = [];
    for (const instruction of dockerfile.instructions) {
      if (instruction.heredocs.length > 0 || (neverFaulty.has(instruction.keyword) && !instruction.onbuild))
        continue;
      const text = dockerfile.text.slice(instruction.span.start, instruction.span.end);
      const errors = known.get(text) ?? this.#known.get(text) ?? this.#check(text, dockerfile, instruction);
      known.set(text, errors);
      const { line, character } = dockerfile.lines.positionAt(instruction.span.start);
      for (const { code, message, range } of errors) {
        found.push({
          range: { start: move(range.start, line, character), end: move(range.end, line, character) },
          severity: DiagnosticSeverity.Error,
          source: diagnosticSource,
          code,
          message: `${message}.`,
        });
      }
    }
    this.#known = known;
    return found;
  }

  #check(text: string, dockerfile: Dockerfile, instruction: Instruction): readonly SyntaxError[] {
    const head = [
      `# escape=${dockerfile.escape}`,
      ...(instruction.keyword === "FROM" ? [] : ["FROM scratch"]),
    ];
    const errors: SyntaxError[] = [];
    for (const { code, message, range } of this.#validate(`${head.join("\n")}\n${text}`)) {
      const name = trusted.get(Number(code));
      if (name === undefined || range.start.line < head.length) continue;
      if (name === "syntax/reference" && namesImage(instruction)) continue;
      errors.push({
        code: name,
        message,
        range: {
          start: { ...range.start, line: range.start.line - head.length },
          end: { ...range.end, line: range.end.line - head.length },
        },
      });
    }
    return errors;
  }

  /** The service stumbles over names that every JavaScript object has (`FROM a AS constructor`). */
  #validate(text: string): ReturnType<DockerfileLanguageService["validate"]> {
    try {
      return this.#service.validate(text);
    } catch {
      return [];
    }
  }
}

/** Whether a FROM names an image once its quotes are gone: the service takes them for a part of the name. */
function namesImage({ stage, keyword }: Instruction): boolean {
  const base = keyword === "FROM" ? stage?.resolvedBase : undefined;
  return typeof base === "string" && parseImageReference(base) !== undefined;
}

function move(
  position: Diagnostic["range"]["start"],
  line: number,
  character: number,
): Diagnostic["range"]["start"] {
  return {
    line: position.line + line,
    character: position.line === 0 ? position.character + character : position.character,
  };
}
