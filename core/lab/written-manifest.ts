import { basename, dirname, join } from "node:path";
import { LineIndex, type Span } from "../dockerfile/span.ts";
import { placeholderIn } from "../image/name-fault.ts";
import { fullName } from "../image/reference.ts";
import type { ScriptStep } from "./build-script.ts";
import { type ManifestChoices, type ManifestComments, newManifestText } from "./new-manifest.ts";

/** What a file has built, as far as a manifest may say it. */
export interface StatedBuilds {
  /** The file's. */
  readonly text: string;
  /** In the order in which they are written. */
  readonly steps: readonly StatedStep[];
  /** What else stands there and is not read. */
  readonly unread: readonly UnreadPlace[];
  /** Its comments in order: what stands behind their mark. */
  readonly comments: readonly { readonly span: Span; readonly text: string }[];
}

/** A build, or another name for an image. */
export type StatedStep = Omit<BuildStep, "invocation" | "pushes"> | Omit<TagStep, "invocation">;

/** A place in the file, and what of it is not in the manifest. */
export interface UnreadPlace {
  readonly span: Span;
  readonly message: string;
}

/** A manifest that says what a file has built, and what of the file it does not say. */
export interface WrittenManifest {
  /** The text of `lab-images.json`. */
  readonly text: string;
  /** The images in it. */
  readonly images: readonly string[];
  /** Where they are pushed, `${user}` for a placeholder; undefined where the file does not say. */
  readonly registry: string | undefined;
  /** The part of the registry that stood for the user's name and is `${user}` now. */
  readonly placeholder: string | undefined;
  /** What could not be taken over, in the order of the lines. */
  readonly unread: readonly UnreadLine[];
}

/** A line of a script, counted from 1, and what of it is not in the manifest. */
export interface UnreadLine {
  readonly line: number;
  readonly message: string;
}

type BuildStep = Extract<ScriptStep, { kind: "build" }>;
type TagStep = Extract<ScriptStep, { kind: "tag" }>;
type StatedBuild = Extract<StatedStep, { kind: "build" }>;

interface ImageEntry {
  tag?: string;
  args?: Record<string, string>;
}

/** A reference as far as a manifest has it: the registry with its path, and the tag. */
interface NameParts {
  readonly registry: string | undefined;
  /** The last part of the path. */
  readonly name: string;
  readonly tag: string | undefined;
}

/** How a build is run, or what the daemon keeps of it: no part of the image. */
const ofTheRun = new Set([
  "--no-cache",
  "--pull",
  "--progress",
  "-q",
  "--quiet",
  "--rm",
  "--force-rm",
  "--load",
]);
const kept = ["network", "platform"] as const;
/** Makes a manifest of what a file in `root` (absolute), the folder of the images' folders, has built. */
export function writtenManifest(
  builds: StatedBuilds,
  root: string,
  choices: ManifestChoices = {},
): WrittenManifest {
  return new ManifestWriter(builds, root).manifest(choices);
}

class ManifestWriter {
  readonly #stated: StatedBuilds;
  readonly #root: string;
  readonly #lines: LineIndex;
  readonly #unread: UnreadLine[] = [];
  /** The build of each image, by its name. */
  readonly #builds = new Map<string, StatedBuild>();
  /** The names that each image gets, in order, by the image's name. */
  readonly #names = new Map<string, string[]>();

  constructor(builds: StatedBuilds, root: string) {
    this.#stated = builds;
    this.#root = root;
    this.#lines = new LineIndex(builds.text);
  }

  manifest(choices: ManifestChoices): WrittenManifest {
    this.#readSteps();
    const parts = new Map([...this.#names].map(([image, names]) => [image, this.#mainName(image, names)]));
    const named = mostFrequent([...parts.values()].flatMap((each) => each?.registry ?? []));
    const placeholder = named === undefined ? undefined : placeholderIn(`${named}/image`);
    const registry = named === undefined ? undefined : withUser(named, placeholder);
    const images: Record<string, ImageEntry> = {};
    for (const [image, step] of this.#builds) {
      const own = parts.get(image);
      if (own?.registry !== undefined && own.registry !== named)
        this.#tell(step.span, `${image} is pushed under ${own.registry}, and all others under ${named}`);
      const args = this.#argumentsOf(image, step);
      images[image] = {
        ...(own?.tag === undefined ? {} : { tag: own.tag }),
        ...(Object.keys(args).length === 0 ? {} : { args }),
      };
    }
    const build = this.#settings();
    const content = {
      ...(registry === undefined ? {} : { registry }),
      ...(Object.keys(build).length === 0 ? {} : { build }),
      images,
    };
    return {
      text: newManifestText(content, choices, this.#comments()),
      images: [...this.#builds.keys()],
      registry,
      placeholder,
      unread: this.#unread.sort((a, b) => a.line - b.line),
    };
  }

  /** Those at the top of the file stay there, the others go with the build that comes next. */
  #comments(): ManifestComments {
    const { text, comments } = this.#stated;
    const head =
      /^(?:#!.*\r?\n)?\s*#(?!!).*(?:\r?\n|$)(?:[ \t]*#(?!!).*(?:\r?\n|$))*/.exec(text)?.[0].length ?? 0;
    const top: string[] = [];
    const images = new Map([...this.#builds.keys()].map((image): [string, string[]] => [image, []]));
    const end: string[] = [];
    for (const { span, text: words } of comments) {
      const next = [...this.#builds].find(([, build]) => build.span.start > span.start);
      const isAbove = next?.[1].span.start === head;
      if (span.start < head && !isAbove) top.push(words);
      else (images.get(next?.[0] ?? "") ?? end).push(words);
    }
    return { top, images, end };
  }

  #readSteps(): void {
    for (const step of this.#stated.steps) {
      if (step.kind === "build") this.#readBuild(step);
      else {
        const image = step.from.value === null ? undefined : this.#imageCalled(step.from.value);
        if (image === undefined)
          this.#tell(step.from.span, "the image that gets another name is none of those built above");
        else if (step.to.value === null) this.#tell(step.to.span, `the name that ${image} gets is not known`);
        else this.#names.get(image)?.push(step.to.value);
      }
    }
    for (const { span, message } of this.#stated.unread) this.#tell(span, message);
  }

  #readBuild(step: StatedBuild): void {
    const { build, tags, span } = step;
    const image = build && this.#imageIn(build.context, build.dockerfile);
    if (image === undefined || this.#builds.has(image)) {
      const elsewhere = build && "it builds no folder beside this file by that folder's own Dockerfile";
      const why = elsewhere ?? "the folder that it builds is not known";
      this.#tell(span, image === undefined ? why : `${image} is built a second time`);
      return;
    }
    this.#builds.set(image, step);
    this.#names.set(image, [...(build?.tags ?? [])]);
    for (const tag of tags)
      if (tag.value === null) this.#tell(tag.span, `the name that ${image} gets is not known`);
  }

  /** The name of the image whose folder lies in the root and is built as it is. */
  #imageIn(context: string, dockerfile: string): string | undefined {
    const name = basename(context);
    const plain = ["Dockerfile", "Containerfile"].some((each) => dockerfile === join(context, each));
    return plain && dirname(context) === this.#root ? name : undefined;
  }

  #imageCalled(reference: string): string | undefined {
    const full = fullName(reference);
    for (const [image, names] of this.#names) if (names.some((each) => fullName(each) === full)) return image;
    return undefined;
  }

  /** The name with a registry, else the first: a manifest has one for an image. */
  #mainName(image: string, names: readonly string[]): NameParts | undefined {
    const parts = names.flatMap((each) => partsOf(each) ?? []);
    const main = parts.find(({ registry }) => registry !== undefined) ?? parts[0];
    const span = this.#builds.get(image)!.span;
    if (main && main.name !== image)
      this.#tell(span, `it is called ${main.name} there, and ${image}, as its folder, from now on`);
    // One for this machine alone goes where another says where it is pushed.
    for (const other of parts.filter(
      (each) => each !== main && (each.registry ?? main?.registry) === each.registry,
    ))
      this.#tell(span, `its other name, ${other.name}:${other.tag ?? "latest"}, is not kept`);
    return main;
  }

  #argumentsOf(image: string, { build, args, options }: StatedBuild): Record<string, string> {
    const known: Record<string, string> = {};
    for (const [name, value] of build?.args ?? []) {
      if (value === null) continue;
      const base = this.#imageCalled(value);
      known[name] = base === undefined || base === image ? value : `\${image:${base}}`;
    }
    for (const { value, span } of args)
      if (value === null) this.#tell(span, `the value of a build argument of ${image} is not known`);
    for (const { name, span } of options)
      if (!ofTheRun.has(name) && !kept.some((each) => name === `--${each}`))
        this.#tell(span, `${name} of ${image} is not kept`);
    return known;
  }

  /** What all builds are given; where they differ, what the first has. */
  #settings(): Record<string, string> {
    const settings: Record<string, string> = {};
    const given = [...this.#builds].flatMap(([image, { options }]) =>
      options.map((option) => ({ image, ...option })),
    );
    for (const key of kept) {
      for (const { image, name, value, span } of given) {
        if (name !== `--${key}`) continue;
        if (value) settings[key] ??= value;
        if (!value || settings[key] !== value)
          this.#tell(span, `${name} of ${image} is not the one of the other builds, or not known`);
      }
      for (const [image, { options, span }] of this.#builds)
        if (settings[key] !== undefined && !options.some(({ name }) => name === `--${key}`))
          this.#tell(span, `${image} is built without --${key}, and with it, as the others, from now on`);
    }
    return settings;
  }

  #tell({ start }: Span, message: string): void {
    this.#unread.push({ line: this.#lines.lineAt(start) + 1, message });
  }
}

function partsOf(reference: string): NameParts | undefined {
  // A placeholder such as <name> or a name in upper case is no reference; image/name tells of it afterwards.
  const [, path, tag] = /^(.*?)(?::([^/:]*))?$/s.exec(reference) ?? [];
  if (!path) return undefined;
  const slash = path.lastIndexOf("/");
  return { registry: slash < 0 ? undefined : path.slice(0, slash), name: path.slice(slash + 1), tag };
}

function withUser(registry: string, placeholder: string | undefined): string {
  if (placeholder === undefined) return registry;
  return registry
    .split("/")
    .map((part) => (part === placeholder ? "${user}" : part))
    .join("/");
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
