import { parseImageReference } from "../../image/reference.ts";

/** Programs of clusters that run images of their own kind. */
export const converters = ["apptainer", "enroot"] as const;
export type Converter = (typeof converters)[number];

/**
 * The program and the arguments that make an image of another kind from one in a registry, in the current folder:
 * `apptainer build FILE.sif docker://IMAGE` (apptainer.org, "apptainer build") or `enroot import --output FILE.sqsh
 * docker://REGISTRY#IMAGE` (github.com/NVIDIA/enroot, doc/cmd/import.md).
 */
export function convertCommand(image: string, converter: Converter): readonly string[] {
  const reference = parseImageReference(image);
  const tag = reference?.tag;
  const name = (reference?.repository ?? image).replace(/^.*\//, "");
  const file = tag === undefined ? name : `${name}-${tag}`;
  if (converter === "apptainer") return ["apptainer", "build", `${file}.sif`, `docker://${image}`];
  const registry = reference?.registry;
  const from = registry === undefined ? image : `${registry}#${image.slice(registry.length + 1)}`;
  return ["enroot", "import", "--output", `${file}.sqsh`, `docker://${from}`];
}
