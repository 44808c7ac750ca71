import { pathToFileURL } from "node:url";
import type { Location, Position } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { instructionAt } from "../../core/dockerfile/instruction-at.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";
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
