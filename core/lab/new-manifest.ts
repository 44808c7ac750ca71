import { presets } from "./presets.ts";

/** What the user decides of a manifest that is written for them. */
export interface ManifestChoices {
  /** A preset that ships, or the path of a file. */
  readonly extends?: string | undefined;
  /** Registry and path that images are pushed under, where nothing else says so. */
  readonly registry?: string | undefined;
}

/** What a manifest begins with; the names are those of its fields. */
export interface ManifestContent {
  readonly registry?: string;
  readonly build?: Readonly<Record<string, string>>;
  readonly images: Readonly<Record<string, object>>;
}

/** Comments to keep, each a line without its mark, ahead of what it is about. */
export interface ManifestComments {
  readonly top: readonly string[];
  /** By the name of the image. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  /** Behind the last image. */
  readonly end: readonly string[];
}

const noComments: ManifestComments = { top: [], images: new Map(), end: [] };

/** The text of a new `lab-images.json`; what the preset says as well is left to it. */
export function newManifestText(
  { registry, build, images }: ManifestContent,
  choices: ManifestChoices = {},
  { top, images: aboveImages, end }: ManifestComments = noComments,
): string {
  const inherited = Object.entries(presets.get(choices.extends ?? "")?.manifest ?? {});
  const said = new Map(inherited.map(([name, value]) => [name, JSON.stringify(value)]));
  const settings = Object.entries({
    extends: choices.extends,
    registry: registry ?? choices.registry,
    build,
  });
  const own = settings.filter(
    ([name, value]) => value !== undefined && said.get(name) !== JSON.stringify(value),
  );
  const lines = JSON.stringify({ ...Object.fromEntries(own), images }, undefined, 2).split("\n");
  const first = lines.findIndex((line) => line.startsWith('  "images": {'));
  const names = new Map(Object.keys(images).map((name) => [`    ${JSON.stringify(name)}:`, name]));
  const written = lines.flatMap((line, index) => {
    const start = /^ {4}"(?:[^"\\]|\\.)*":/.exec(line)?.[0];
    const name = index > first && start !== undefined ? names.get(start) : undefined;
    if (name !== undefined) return [...commentLines(aboveImages.get(name) ?? [], "    "), line];
    return index > first && line === "  }" ? [...commentLines(end, "    "), line] : line;
  });
  return `${[...commentLines(top, ""), ...written].join("\n")}\n`;
}

function commentLines(comments: readonly string[], indent: string): string[] {
  return comments.map((comment) => `${indent}//${comment}`.trimEnd());
}
