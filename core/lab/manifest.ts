import { readJob } from "./job/job-reader.ts";
import type { LabValues } from "./lab-image.ts";
import { imageFields, manifestFields } from "./manifest-fields.ts";
import { ManifestReader, withoutUnset } from "./manifest-reader.ts";
import { type ManifestProblem, ManifestText } from "./manifest-text.ts";

/** The name of a lab's manifest, at the root of the folder of images. */
export const manifestName = "lab-images.json";

/** What `lab-images.json` says of one image. */
export interface ManifestImage {
  /** Build arguments as written: variables (`${image:base}`, `${user}`, `${env:NAME}`) are not replaced yet. */
  readonly args: ReadonlyMap<string, string>;
  readonly tag: string | undefined;
}

/** A lab's manifest, as far as it could be read. */
export interface Manifest {
  /** The file's own text, not that of what it extends. */
  readonly text: ManifestText;
  /** The preset or the file whose values hold where this one has none. */
  readonly extends: string | undefined;
  /** Registry and path that images are pushed under, variables not replaced yet. */
  readonly registry: string | undefined;
  /** What it sets for all images, variables not replaced yet. */
  readonly values: LabValues;
  readonly images: ReadonlyMap<string, ManifestImage>;
  /** Severities by rule code, as written. */
  readonly rules: ReadonlyMap<string, string>;
  /** What could not be read, of this file and of those that it extends. */
  readonly problems: readonly ManifestProblem[];
  /** Absolute paths of the files that it extends, whether they are there or not. */
  readonly files: readonly string[];
}

/**
 * Reads a manifest; comments and trailing commas are allowed. A mistake in one part leaves the others in force.
 * `file` is the name that problems call it by.
 */
export function readManifest(text: string, file: string = manifestName): Manifest {
  const written = new ManifestText(text, file);
  const problems = [...written.syntaxProblems, ...written.repeatedNames];
  const reader = new ManifestReader(written, problems);
  const object = reader.asObject(written.value);
  if (!object && problems.length === 0)
    problems.push(
      written.problem(`${file} must hold a JSON object: write { "images": { } }.`, written.valueSpan([])),
    );
  reader.onlyFields(object, [], manifestFields);
  reader.text(object?.$schema, ["$schema"]);
  const images = new Map<string, ManifestImage>();
  for (const [name, value] of Object.entries(reader.object(object?.images, ["images"]) ?? {})) {
    const path = ["images", name];
    const image = reader.asObject(value);
    if (!image) {
      reader.report(path, 'must be an object such as { "tag": "latest-cuda12" }');
      continue;
    }
    reader.onlyFields(image, path, imageFields);
    images.set(name, {
      args: reader.arguments(image.args, [...path, "args"]),
      tag: reader.template(image.tag, [...path, "tag"]),
    });
  }
  const values = withoutUnset<LabValues>({
    ...reader.values(object ?? {}),
    job: readJob(reader, object?.job),
  });
  return {
    text: written,
    extends: reader.text(object?.extends, ["extends"]),
    registry: values.registry,
    values,
    images,
    rules: reader.strings(object?.rules, ["rules"]),
    problems,
    files: [],
  };
}
