import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";

/** What a Dockerfile takes from its context. */
export interface CopiedPaths {
  /** Paths and patterns of COPY and ADD; undefined where it may be anything. */
  readonly paths: readonly string[] | undefined;
  /** Images that it builds on or copies from, as written, with arguments put in. */
  readonly images: readonly string[];
}

/** Reads what of the context a builder needs that must be sent it beforehand. */
export function copiedPaths(text: string, args: ReadonlyMap<string, string> | undefined): CopiedPaths {
  const dockerfile = parseDockerfile(text, args ? { buildArguments: args } : {});
  const paths: string[] = [];
  const images: string[] = [];
  let isKnown = true;
  for (const stage of dockerfile.stages) {
    if (stage.parent) continue;
    if (typeof stage.resolvedBase === "string") images.push(stage.resolvedBase);
    // The triggers of such an image copy what only it knows.
    if (!stage.resolvedBase || /onbuild/i.test(stage.resolvedBase)) isKnown = false;
  }
  for (const instruction of dockerfile.instructions) {
    if ((instruction.kind !== "COPY" && instruction.kind !== "ADD") || instruction.onbuild) continue;
    if (instruction.from !== undefined) {
      images.push(instruction.from);
      continue;
    }
    for (const { value } of instruction.sources) {
      if (value === null) isKnown = false;
      else if (!(instruction.kind === "ADD" && /^https?:\/\//.test(value))) paths.push(value);
    }
  }
  return { paths: isKnown ? paths : undefined, images };
}
