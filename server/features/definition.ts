import { pathToFileURL } from "node:url";
import type { Location, Position } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { instructionAt } from "../../core/dockerfile/instruction-at.ts";
import { imageUses } from "../../core/lab/image-graph.ts";
import type { Lab } from "../../core/lab/lab.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";
import type { SuppressibleText } from "../lint/suppressions.ts";
import { resolvedBase } from "./resolved-base.ts";

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** From the base of a FROM to the Dockerfile of the lab that builds it; undefined for any other word. */
export function baseDefinition(
  dockerfile: Dockerfile,
  lab: LabImage,
  position: Position,
): Location | undefined {
  const offset = dockerfile.lines.offsetAt(position);
  const instruction = instructionAt(dockerfile, offset);
  if (instruction?.kind !== "FROM" || !instruction.stage) return undefined;
  const { image, stage } = instruction;
  if (!image || offset < image.span.start || offset > image.span.end) return undefined;
  const base = resolvedBase(stage, lab);
  const path = base && lab.dockerfileOf(base.reference);
  return path === undefined ? undefined : { uri: pathToFileURL(path).href, range: top };
}

/** From `${image:base}` in a manifest to the Dockerfile of that image; undefined for any other place. */
export function manifestDefinition(
  { text, lines }: Pick<SuppressibleText, "text" | "lines">,
  position: Position,
  lab: Lab,
): Location | undefined {
  const offset = lines.offsetAt(position);
  for (const { name, index, length } of imageUses(text)) {
    if (offset < index || offset > index + length) continue;
    const path = lab.dockerfileOfImage(name);
    return path === undefined ? undefined : { uri: pathToFileURL(path).href, range: top };
  }
  return undefined;
}
