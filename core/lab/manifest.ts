import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import type { LabValues } from "./lab-image.ts";
import { ManifestReader } from "./manifest-reader.ts";

/** The name of a lab's manifest, at the root of the folder of images. */
export const manifestName = "lab-images.json";

/** What `lab-images.json` says of one image. */
export interface ManifestImage {
  /** Build arguments as written: `${image:base}` and `${user}` are not replaced yet. */
  readonly args: ReadonlyMap<string, string>;
  readonly tag: string | undefined;
}

/** A lab's manifest, as far as it could be read. */
export interface Manifest {
  /** The preset or the file whose values hold where this one has none. */
  readonly extends: string | undefined;
  /** Registry and path that images are pushed under, `${user}` not replaced yet. */
  readonly registry: string | undefined;
  /** What it sets for all images, `${user}` not replaced yet. */
  readonly values: LabValues;
  readonly images: ReadonlyMap<string, ManifestImage>;
  /** Severities by rule code, as written. */
  readonly rules: ReadonlyMap<string, string>;
  /** What could not be read, each a sentence that says where and what to write. */
  readonly problems: readonly string[];
}

/**
 * Reads a manifest; comments and trailing commas are allowed. A mistake in one part leaves the others in force.
 * `file` is the name that problems call it by.
 */
export function readManifest(text: string, file: string = manifestName): Manifest {
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  const problems = errors.slice(0, 3).map((error) => {
    const line = text.slice(0, error.offset).split("\n").length;
    return `${file}, line ${line}: not valid JSON (${printParseErrorCode(error.error)}); correct it there.`;
  });
  const reader = new ManifestReader(file, problems);
  const object = reader.asObject(root);
  if (!object && problems.length === 0)
    problems.push(`${file} must hold a JSON object: write { "images": { } }.`);
  const images = new Map<string, ManifestImage>();
  for (const [name, value] of Object.entries(reader.object(object?.images, "images") ?? {})) {
    const image = reader.asObject(value);
    if (!image) {
      reader.report(`images.${name} must be an object such as { "tag": "latest-cuda12" }`);
      continue;
    }
    images.set(name, {
      args: reader.strings(image.args, `images.${name}.args`),
      tag: reader.text(image.tag, `images.${name}.tag`),
    });
  }
  const values = reader.values(object ?? {});
  return {
    extends: reader.text(object?.extends, "extends"),
    registry: values.registry,
    values,
    images,
    rules: reader.strings(object?.rules, "rules"),
    problems,
  };
}
