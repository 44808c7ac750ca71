import { type InlayHint, MarkupKind, type Range } from "vscode-languageserver";
import { indexCuda } from "../../core/cuda/torch-wheels.ts";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";
import type { InlayHintSettings } from "../protocol.ts";
import { mentionsIn } from "../rules/cuda/torch-install.ts";
import { resolvedBase } from "./resolved-base.ts";

/** What `FROM ${BASE_IMG}` stands for, and the CUDA of a torch index, behind the words, in the lines that are shown. */
export function inlayHints(
  dockerfile: Dockerfile,
  lab: LabImage,
  shown: Range,
  settings: InlayHintSettings,
): InlayHint[] {
  const { lines } = dockerfile;
  const [from, to] = [lines.offsetAt(shown.start), lines.offsetAt(shown.end)];
  const hints: InlayHint[] = [];
  const add = (offset: number, label: string, tooltip: string) =>
    hints.push({
      position: lines.positionAt(offset),
      label,
      paddingLeft: true,
      tooltip: { kind: MarkupKind.Markdown, value: tooltip },
    });
  for (const instruction of dockerfile.instructions) {
    if (instruction.span.end < from || instruction.span.start > to) continue;
    if (instruction.kind === "FROM" && settings.base) {
      const { stage, image } = instruction;
      const base = stage && image?.raw.includes("$") ? resolvedBase(stage, lab) : undefined;
      if (!image || !base) continue;
      const origins = base.origins.map(({ argument, origin }) => `\`${argument}\` is given by ${origin}`);
      add(image.span.end, shortened(base.reference), [`\`${base.reference}\``, ...origins].join("  \n"));
    } else if (instruction.kind === "RUN" && settings.torchIndex) {
      const seen = new Set<number>();
      for (const { args } of instruction.shell.invocations)
        for (const { value, prefix, span } of args)
          for (const { name, span: place, exact } of mentionsIn(value ?? prefix, span, dockerfile.text)) {
            const cuda = indexCuda(name);
            if (!exact || cuda === undefined || seen.has(place.end)) continue;
            seen.add(place.end);
            add(place.end, `CUDA ${cuda}`, "The CUDA that PyTorch's wheels of this index bring with them.");
          }
    }
  }
  return hints;
}

/** VS Code cuts what is longer off at its end (`editor.inlayHints.maximumLength`), where a reference differs most. */
const longestLabel = 43;

function shortened(reference: string): string {
  if (reference.length <= longestLabel) return reference;
  const slash = reference.indexOf("/", reference.length - longestLabel + 1);
  return `…${reference.slice(slash < 0 ? reference.length - longestLabel + 1 : slash)}`;
}
