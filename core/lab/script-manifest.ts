import { basename, dirname, join } from "node:path";
import { LineIndex, type Span } from "../dockerfile/span.ts";
import { placeholderIn } from "../image/name-fault.ts";
import { fullReference } from "../image/reference.ts";
import { type BuildScript, isBuilder, type ScriptStep } from "./build-script.ts";

/** A manifest that says what a build script does, and what of the script it does not say. */
export interface ScriptManifest {
  /** The text of `lab-images.json`. */
  readonly text: string;
  /** The images in it. */
  readonly images: readonly string[];
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
/** What else Docker may make of images, in commands that are not read. */
const otherMakers = new Set(["compose", "buildx", "bake", "commit", "import", "load", "manifest"]);

/** Makes a manifest of the build script that lies in `root` (absolute), the folder of the images' folders. */
export function scriptManifest(script: BuildScript, root: string): ScriptManifest {
  const reader = new ScriptReader(script, root);
  return reader.manifest();
}

class ScriptReader {
  readonly #script: BuildScript;
  readonly #root: string;
  readonly #lines: LineIndex;
  readonly #unread: UnreadLine[] = [];
  /** The build of each image, by its name. */
  readonly #builds = new Map<string, BuildStep>();
  /** The names that each image gets, in order, by the image's name. */
  readonly #names = new Map<string, string[]>();

  constructor(script: BuildScript, root: string) {
    this.#script = script;
    this.#root = root;
    this.#lines = new LineIndex(script.text);
  }

  manifest(): ScriptManifest {
    this.#readSteps();
    const parts = new Map([...this.#names].map(([image, names]) => [image, this.#mainName(image, names)]));
    const registry = mostFrequent([...parts.values()].flatMap((each) => each?.registry ?? []));
    const placeholder = registry === undefined ? undefined : placeholderIn(`${registry}/image`);
    const images: Record<string, ImageEntry> = {};
    for (const [image, step] of this.#builds) {
      const own = parts.get(image);
      if (own?.registry !== undefined && own.registry !== registry)
        this.#tell(step.span, `${image} is pushed under ${own.registry}, and all others under ${registry}`);
      const args = this.#argumentsOf(image, step);
      images[image] = {
        ...(own?.tag === undefined ? {} : { tag: own.tag }),
        ...(Object.keys(args).length === 0 ? {} : { args }),
      };
    }
    const build = this.#settings();
    const written = {
      ...(registry === undefined ? {} : { registry: withUser(registry, placeholder) }),
      ...(Object.keys(build).length === 0 ? {} : { build }),
      images,
    };
    return {
      text: `${JSON.stringify(written, undefined, 2)}\n`,
      images: [...this.#builds.keys()],
      placeholder,
      unread: this.#unread.sort((a, b) => a.line - b.line),
    };
  }

  #readSteps(): void {
    const { steps, invocations } = this.#script;
    for (const step of steps) {
      if (step.kind === "build") this.#readBuild(step);
      else if (step.kind === "tag") {
        const image = step.from.value === null ? undefined : this.#imageCalled(step.from.value);
        if (image === undefined)
          this.#tell(step.from.span, "the image that gets another name is none of those built above");
        else if (step.to.value === null) this.#tell(step.to.span, `the name that ${image} gets is not known`);
        else this.#names.get(image)?.push(step.to.value);
      }
    }
    const read = new Set(steps.map(({ invocation }) => invocation));
    for (const invocation of invocations) {
      const command = invocation.args[0]?.value ?? "";
      if (!read.has(invocation) && isBuilder(invocation) && otherMakers.has(command))
        this.#tell(invocation.span, `${invocation.name} ${command} is not read`);
    }
  }

  #readBuild(step: BuildStep): void {
    const { build, tags, span } = step;
    const image = build && this.#imageIn(build.context, build.dockerfile);
    if (image === undefined || this.#builds.has(image)) {
      const elsewhere = build && "it builds no folder beside the script by that folder's own Dockerfile";
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
    for (const other of parts.filter((each) => each !== main && each.registry !== undefined))
      this.#tell(span, `its other name, ${other.name}:${other.tag ?? "latest"}, is not kept`);
    return main;
  }

  #argumentsOf(image: string, { build, args, options }: BuildStep): Record<string, string> {
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

function fullName(reference: string): string {
  return fullReference(reference) ?? reference;
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
