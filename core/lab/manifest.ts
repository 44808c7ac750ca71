import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";

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
  /** Registry and path that images are pushed under, `${user}` not replaced yet. */
  readonly registry: string | undefined;
  readonly images: ReadonlyMap<string, ManifestImage>;
  /** Severities by rule code, as written. */
  readonly rules: ReadonlyMap<string, string>;
  /** What could not be read, each a sentence that says where and what to write. */
  readonly problems: readonly string[];
}

/** Reads a manifest; comments and trailing commas are allowed. A mistake in one part leaves the others in force. */
export function readManifest(text: string): Manifest {
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  const problems = errors.slice(0, 3).map((error) => {
    const line = text.slice(0, error.offset).split("\n").length;
    return `${manifestName}, line ${line}: not valid JSON (${printParseErrorCode(error.error)}); correct it there.`;
  });
  const object = asObject(root);
  if (!object && problems.length === 0)
    problems.push(`${manifestName} must hold a JSON object: write { "images": { } }.`);
  const images = new Map<string, ManifestImage>();
  for (const [name, value] of Object.entries(asObject(object?.images) ?? {})) {
    const image = asObject(value);
    if (!image) {
      problems.push(`${manifestName}: images.${name} must be an object such as { "tag": "latest-cuda12" }.`);
      continue;
    }
    images.set(name, {
      args: stringsOf(image.args, `images.${name}.args`, problems),
      tag: asText(image.tag, `images.${name}.tag`, problems),
    });
  }
  return {
    registry: asText(object?.registry, "registry", problems),
    images,
    rules: stringsOf(object?.rules, "rules", problems),
    problems,
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function asText(value: unknown, where: string, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  problems.push(`${manifestName}: ${where} must be a text in quotes.`);
  return undefined;
}

function stringsOf(value: unknown, where: string, problems: string[]): Map<string, string> {
  const found = new Map<string, string>();
  if (value === undefined) return found;
  const object = asObject(value);
  if (!object) problems.push(`${manifestName}: ${where} must be an object of names and texts.`);
  for (const [name, text] of Object.entries(object ?? {})) {
    if (typeof text === "string") found.set(name, text);
    else if (typeof text === "number" || typeof text === "boolean") found.set(name, String(text));
    else problems.push(`${manifestName}: ${where}.${name} must be a text in quotes.`);
  }
  return found;
}
