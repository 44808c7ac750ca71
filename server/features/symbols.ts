import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { type DocumentSymbol, SymbolKind, type WorkspaceSymbol } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Instruction, Stage } from "../../core/dockerfile/instruction.ts";
import { toRange } from "./to-lsp.ts";

/** Longer details are cut there: an outline is one line an entry. */
const longestDetail = 80;

/** A Dockerfile's outline: its stages, and in each its instructions. */
export function documentSymbols(dockerfile: Dockerfile): DocumentSymbol[] {
  const before = dockerfile.instructions.filter(({ stage }) => !stage);
  const stages = dockerfile.stages.filter(({ instructions }) => instructions.length > 0);
  return [
    ...before.map((each) => instructionSymbol(each, dockerfile)),
    ...stages.map((each) => stageSymbol(each, dockerfile)),
  ];
}

function stageSymbol(stage: Stage, dockerfile: Dockerfile): DocumentSymbol {
  const [first] = stage.instructions;
  const last = stage.instructions.at(-1);
  const span = { start: first!.span.start, end: last!.span.end };
  const from = stage.from?.image;
  return {
    name: stage.from?.alias?.raw ?? stage.name ?? (from ? from.raw : `stage ${stage.index}`),
    detail: from?.raw ?? "",
    kind: SymbolKind.Module,
    range: toRange(dockerfile.lines, span),
    selectionRange: toRange(dockerfile.lines, (stage.from ?? first!).keywordSpan),
    children: stage.instructions
      .filter(({ kind }) => kind !== "FROM")
      .map((each) => instructionSymbol(each, dockerfile)),
  };
}

const kinds: Readonly<Partial<Record<string, SymbolKind>>> = {
  ARG: SymbolKind.Constant,
  ENV: SymbolKind.Variable,
  COPY: SymbolKind.File,
  ADD: SymbolKind.File,
  RUN: SymbolKind.Function,
};

function instructionSymbol(instruction: Instruction, dockerfile: Dockerfile): DocumentSymbol {
  const words = instruction.rest.text.replace(/\s+/g, " ").trim();
  return {
    name: instruction.keyword,
    detail: words.length > longestDetail ? `${words.slice(0, longestDetail)}…` : words,
    kind: kinds[instruction.keyword] ?? SymbolKind.Property,
    range: toRange(dockerfile.lines, instruction.span),
    selectionRange: toRange(dockerfile.lines, instruction.keywordSpan),
  };
}

/** An image of the workspace, by the name that people look for. */
export interface NamedImage {
  readonly name: string;
  /** Absolute path of its Dockerfile. */
  readonly dockerfile: string;
}

/** The images whose name holds the letters of `query`, in this order. */
export function imageSymbols(images: readonly NamedImage[], query: string): WorkspaceSymbol[] {
  const letters = new RegExp(
    [...query.toLowerCase()].map((letter) => letter.replace(/[^\w]/g, "\\$&")).join(".*"),
  );
  return images
    .filter(({ name }) => letters.test(name.toLowerCase()))
    .map(({ name, dockerfile }) => ({
      name,
      kind: SymbolKind.Module,
      containerName: basename(dirname(dirname(dockerfile))),
      location: {
        uri: pathToFileURL(dockerfile).href,
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      },
    }));
}
