import { type CompletionItem, CompletionItemKind, MarkupKind, type Range } from "vscode-languageserver";
import { isCudaRepository } from "../../../core/cuda/tags.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { knownBase } from "../../../core/image/known-bases.ts";
import { parseImageReference } from "../../../core/image/reference.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { knownRepositories } from "../../rules/base/fixed-tags.ts";
import { factLines } from "../base-facts-text.ts";
import { cudaTagItems } from "./cuda-tags.ts";

/** Where an image is being typed, in FROM or `--from=`. */
export interface TypedImage {
  /** What stands before the cursor. */
  readonly before: string;
  /** All of the word: what an item replaces. */
  readonly range: Range;
  /** The line of the instruction, counted from 0: stages from there on cannot be named. */
  readonly line: number;
}

/** The lab's images, the stages above, then bases that are known; behind `nvidia/cuda:` its tags, part by part. */
export function baseImageItems(
  dockerfile: Dockerfile,
  lab: LabImage,
  { before, range, line }: TypedImage,
): CompletionItem[] {
  const colon = before.indexOf(":", before.lastIndexOf("/") + 1);
  const name = colon < 0 ? undefined : before.slice(0, colon);
  if (name !== undefined && isCudaRepository(name)) {
    const start = { line: range.start.line, character: range.start.character + colon + 1 };
    const typed = {
      before: before.slice(colon + 1),
      range: { start, end: range.end },
      driver: lab.values.gpuDriver,
      newer: lab.cudaTags,
    };
    return cudaTagItems(typed);
  }
  const stages = dockerfile.stages.filter(
    ({ name: stage, from }) => stage && from && dockerfile.lines.lineAt(from.span.start) < line,
  );
  const images = [
    ...stages.map(({ name: stage }) => plain(stage!, "a stage of this file")),
    ...lab.siblings.map((sibling) => ofLab(sibling, lab)),
    ...knownImages(lab),
  ];
  return images.map((item, place) => ({
    ...item,
    sortText: String(place).padStart(3, "0"),
    filterText: item.label,
    textEdit: { range, newText: item.insertText ?? item.label },
  }));
}

function plain(label: string, detail: string): CompletionItem {
  return { label, kind: CompletionItemKind.Module, detail };
}

function ofLab(name: string, lab: LabImage): CompletionItem {
  const reference = lab.referenceOf(name);
  return { label: reference, kind: CompletionItemKind.Folder, detail: `${name}: an image of this lab` };
}

/** `nvidia/cuda:`, which goes on part by part, and the fixed tags of images that labs build on. */
function knownImages(lab: LabImage): CompletionItem[] {
  const cuda: CompletionItem = {
    label: "nvidia/cuda:",
    kind: CompletionItemKind.Class,
    detail: "NVIDIA's CUDA images, tag by tag",
    command: { title: "", command: "editor.action.triggerSuggest" },
  };
  const fixed = knownRepositories.flatMap(({ repositories, fixed: rows }) => {
    const [repository = ""] = repositories;
    const short = repository.replace(/^docker\.io\/(?:library\/)?/, "");
    const tags = rows.find(({ tags }) => tags.every((tag) => !tag.includes("$")))?.tags ?? [];
    return tags.map((tag) => knownImage(`${short}:${tag}`, lab));
  });
  return [cuda, ...fixed, plain("scratch", "nothing at all")];
}

function knownImage(label: string, lab: LabImage): CompletionItem {
  const facts = parseImageReference(label) && knownBase(label);
  const lines = facts ? factLines(facts, lab.values.gpuDriver) : [];
  return {
    label,
    kind: CompletionItemKind.Class,
    ...(lines[0] ? { detail: lines[0] } : {}),
    ...(lines.length > 0
      ? { documentation: { kind: MarkupKind.Markdown, value: [`\`${label}\``, ...lines].join("  \n") } }
      : {}),
  };
}
