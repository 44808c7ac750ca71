import { type Dockerfile, parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import { usedImages } from "../../core/dockerfile/used-images.ts";

/** What a Dockerfile takes from elsewhere. */
export interface CopiedPaths {
  /** Paths and patterns of COPY, ADD and bind mounts in its context; undefined where it may be anything. */
  readonly paths: readonly string[] | undefined;
  /** Images that it builds on, copies from or mounts, with arguments put in; none twice. */
  readonly images: readonly string[];
}

/** Reads what of the context and of other images goes into an image, as far as the Dockerfile tells. */
export function copiedPaths(text: string, args: ReadonlyMap<string, string> | undefined): CopiedPaths {
  return copiedBy(parseDockerfile(text, args ? { buildArguments: args } : {}));
}

/** The same of a Dockerfile that was read. */
export function copiedBy(dockerfile: Dockerfile): CopiedPaths {
  const paths: string[] = [];
  // The triggers of such an image copy what only it knows.
  let isKnown = dockerfile.stages.every(
    ({ parent, resolvedBase }) => parent || (resolvedBase && !/onbuild/i.test(resolvedBase)),
  );
  const take = (path: string | null) => {
    if (path === null) isKnown = false;
    else paths.push(path);
  };
  for (const instruction of dockerfile.instructions) {
    if (instruction.onbuild) continue;
    if (instruction.kind === "OTHER" && instruction.unread) isKnown = false;
    if (instruction.kind === "RUN")
      for (const { type, options } of instruction.mounts) {
        const source = options.get("source") ?? options.get("src") ?? "/";
        if (type === "bind" && !options.has("from")) take(source.includes("$") ? null : source);
      }
    if ((instruction.kind !== "COPY" && instruction.kind !== "ADD") || instruction.from !== undefined)
      continue;
    for (const { value } of instruction.sources)
      if (value === null || !(instruction.kind === "ADD" && /^https?:\/\//.test(value))) take(value);
  }
  return { paths: isKnown ? paths : undefined, images: usedImages(dockerfile) };
}
