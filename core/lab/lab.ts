import { basename, dirname, join } from "node:path";
import type { RegistryTags } from "../cuda/registry-tags.ts";
import { parseDockerfile } from "../dockerfile/dockerfile.ts";
import { usedImages } from "../dockerfile/used-images.ts";
import { knownEnvironment } from "../image/known-bases.ts";
import { fullReference } from "../image/reference.ts";
import { BuiltOn } from "./built-on.ts";
import { isPlainName, plainNames } from "./dockerfile-name.ts";
import { readExtendedManifest } from "./extended-manifest.ts";
import { type LabFiles, withTexts } from "./files.ts";
import { type FolderBuild, noImage } from "./folder-build.ts";
import { GivenArguments } from "./given-argument.ts";
import type { LabBuild } from "./lab-build.ts";
import {
  buildsIn,
  dockerfilesIn,
  filesReadWhole,
  imagesWith,
  type LabFolder,
  mainDockerfile,
  readLabFolder,
} from "./lab-folder.ts";
import type { LabImage, LabValues, WorkspaceBase } from "./lab-image.ts";
import type { ContextSource, LabOptions } from "./lab-options.ts";
import { filledValues } from "./lab-values.ts";
import { isMade } from "./made-file.ts";
import { type Manifest, manifestName } from "./manifest.ts";
import type { ManifestProblem } from "./manifest-text.ts";
import { asksEnvironment, replaceVariables, type VariableValues, variablesIn } from "./manifest-variables.ts";

/** Images build on each other at most this deep; more is a cycle. */
const maximumChain = 10;

/** A manifest that is there and gives no text. */
const unreadManifest: ManifestProblem = {
  file: manifestName,
  line: 1,
  span: { start: 0, end: 0 },
  message: "it cannot be read, or has over 1 MB, and so nothing of it counts; put it right first.",
  syntax: false,
};

/**
 * The images of one folder, and what its manifest and build scripts say of them. Read once; make a new one when a
 * file of it changed.
 */
export class Lab {
  readonly root: string;
  readonly manifest: Manifest | undefined;
  readonly #manifestText: string | undefined;
  readonly #files: LabFiles;
  readonly #variables: VariableValues;
  readonly #contexts: ContextSource | undefined;
  readonly #cudaTags: RegistryTags | undefined;
  readonly #given: GivenArguments;
  /** What the lab sets for all its images; what needs a variable of the environment that is not known is left out. */
  readonly values: LabValues;
  /** Registry and path that images are pushed under; variables that are not known stay in it. */
  readonly #registry: string | undefined;
  readonly #folder: LabFolder;
  /** What build scripts, and without a manifest `docker-bake.json`, say of the builds of Dockerfiles, by their paths. */
  readonly #builds: ReadonlyMap<string, FolderBuild>;
  /** The files (absolute paths) of which every build is known: what they give to one Dockerfile they give to no other. */
  readonly #readWhole: ReadonlySet<string>;
  /** The Dockerfiles of the images, by the images' names. */
  readonly #dockerfiles: ReadonlyMap<string, string>;
  /** The first name of each image, by the path of its Dockerfile. */
  readonly #names: ReadonlyMap<string, string>;
  /** The Dockerfiles that were read, by their paths. */
  readonly #parsedFiles = new Map<string, WorkspaceBase>();
  readonly #builtOn = new BuiltOn(this);
  /** The Dockerfiles by what they are built as, in full; read when first asked for. */
  #builtAs: ReadonlyMap<string, string> | undefined;

  constructor(root: string, files: LabFiles, options: LabOptions = {}) {
    const { user, environment, contexts, cudaTags, folder, given } = options;
    this.root = root;
    this.#files = files;
    this.#variables = { user: user?.trim() || undefined, environment };
    this.#contexts = contexts;
    this.#cudaTags = cudaTags;
    this.#given = given ?? new GivenArguments(files);
    this.#manifestText = files.readText(join(root, manifestName));
    this.manifest = readExtendedManifest(join(root, manifestName), files);
    this.#registry = this.manifest?.registry && replaceVariables(this.manifest.registry, this.#variables);
    this.values = filledValues(this.manifest?.values ?? {}, this.#registry, this.#variables);
    this.#folder = folder ?? readLabFolder(root, files, this.#variables);
    this.#builds = buildsIn(this.#folder, root, this.manifest !== undefined);
    this.#readWhole = filesReadWhole(this.#folder, root, this.manifest !== undefined);
    const dockerfiles = imagesWith(this.#builds, this.#folder);
    for (const name of this.manifest?.images.keys() ?? []) {
      const folder = join(root, name);
      if (!dockerfiles.has(name))
        dockerfiles.set(name, mainDockerfile(files, folder) ?? join(folder, plainNames[0]));
    }
    this.#dockerfiles = dockerfiles;
    this.#names = new Map([...dockerfiles].reverse().map(([name, path]) => [path, name]));
  }

  /** What of its manifest, or without one of its `docker-bake.json`, could not be read. */
  get problems(): readonly ManifestProblem[] {
    if (this.manifest) return this.manifest.problems;
    const isThere = this.#files.list(this.root).some(({ name }) => name === manifestName);
    return [...(isThere ? [unreadManifest] : []), ...(this.#folder.bake?.problems ?? [])];
  }

  /** What build scripts and `docker-bake.json` do, and the builds of the lab's images do not; nothing is wrong with it. */
  get lost(): readonly ManifestProblem[] {
    const paths = new Set(this.#dockerfiles.values());
    const images = [...paths].flatMap((path) => this.#buildNotListed(path)?.lost ?? []);
    const others = [...(this.manifest ? [] : this.#builds.values())].filter(
      ({ dockerfile }) => !paths.has(dockerfile) && this.#files.readText(dockerfile) !== undefined,
    );
    return [...images, ...others.map((build) => noImage(build, this.root))];
  }

  /** The same folder with another text of its manifest. */
  withManifest(text: string): Lab {
    const files = withTexts(this.#files, new Map([[join(this.root, manifestName), text]]));
    const options = {
      ...this.#variables,
      contexts: this.#contexts,
      cudaTags: this.#cudaTags,
      folder: this.#folder,
      given: this.#given,
    };
    return new Lab(this.root, files, options);
  }

  /** Whether the Dockerfile of the image of this name is there. */
  holdsDockerfile(name: string): boolean {
    return this.#files.readText(this.#pathOf(name)) !== undefined;
  }

  /** The names of the Dockerfiles that the folder of the image of this name holds. */
  dockerfilesBeside(name: string): readonly string[] {
    return dockerfilesIn(this.#files, dirname(this.#pathOf(name)));
  }

  /** Whether the folder of the image of this name is there, and may not be looked into. */
  isLocked(name: string): boolean {
    return this.#files.isLocked(dirname(this.#pathOf(name)));
  }

  #pathOf(name: string): string {
    return this.#dockerfiles.get(name) ?? join(this.root, name, plainNames[0]);
  }

  /** The names of the lab's images that the Dockerfile at `path` (absolute) builds on, copies from or mounts. */
  basesOf(path: string): string[] {
    const dockerfile = this.#parsed(path, 0)?.dockerfile;
    const used = dockerfile ? usedImages(dockerfile) : [];
    const named = used.flatMap((reference) => this.#imageOf(reference, path) ?? []);
    const targets = [...(this.#builds.get(path)?.target?.bases.values() ?? [])];
    return [...named, ...targets.filter((name) => !named.includes(name))];
  }

  /** The other images that its FROM lines name, as they are called once variables are replaced. */
  otherBasesOf(path: string): string[] {
    const stages = this.#parsed(path, 0)?.dockerfile.stages ?? [];
    return stages
      .flatMap(({ parent, resolvedBase }) => (parent ? [] : resolvedBase || []))
      .filter((reference) => this.#imageOf(reference, path) === undefined);
  }

  /** The name of the lab's image that the Dockerfile at `path` calls `reference`. */
  #imageOf(reference: string, path: string): string | undefined {
    const base = this.#dockerfileOf(reference, path);
    const name = base && this.#nameOf(base);
    // Another Dockerfile of the folder is another image.
    return name !== undefined && this.dockerfileOfImage(name) === base ? name : undefined;
  }

  /** What the lab says of the image that the Dockerfile at `path` (absolute) defines. */
  image(path: string): LabImage {
    return this.#image(path, 0);
  }

  /** Whether a build script of the lab builds anything. */
  get hasScript(): boolean {
    return this.#builds.size > 0;
  }

  /** The names of the lab's images. */
  get imageNames(): readonly string[] {
    return [...this.#dockerfiles.keys()];
  }

  /** The Dockerfile of the image of this name; undefined where the lab has no such image. */
  dockerfileOfImage(name: string): string | undefined {
    return this.#dockerfiles.get(name);
  }

  /** What the lab says of the build of the Dockerfile at `path` (absolute). */
  buildOf(path: string): LabBuild {
    const name = this.#nameOf(path);
    const build = this.#buildNotListed(path);
    const ownTag =
      name !== undefined && (isPlainName(basename(path)) || this.#dockerfiles.get(name) === path);
    const [tag = ownTag ? this.referenceOf(name) : undefined, ...otherTags] = build?.tags ?? [];
    return {
      name,
      context: build?.context ?? dirname(path),
      tag,
      otherTags,
      args: this.#buildArguments(path, name),
      unfinished: this.#unfinished(path, name),
      settings: { ...build?.settings, ...this.values.build },
      bases: this.#namedBases(build),
      lost: build?.lost ?? [],
    };
  }

  /** What a build script or a bake file says of the build; of an image that the manifest lists nothing, but for arguments. */
  #buildNotListed(path: string): FolderBuild | undefined {
    return this.#isListed(path) ? undefined : this.#builds.get(path);
  }

  /** Whether the Dockerfile at `path` (absolute) is built as build scripts say: no manifest and no bake file does. */
  takesScriptFor(path: string): boolean {
    return !this.#isListed(path) && !this.#builds.get(path)?.target;
  }

  /** Whether it is the Dockerfile of an image that the manifest lists. */
  #isListed(path: string): boolean {
    const name = this.#nameOf(path);
    return name !== undefined && !!this.manifest?.images.has(name) && this.#dockerfiles.get(name) === path;
  }

  #image(path: string, depth: number): LabImage {
    const folder = dirname(path);
    const name = this.#nameOf(path);
    return {
      name,
      path,
      manifestPath: name === undefined ? undefined : join(this.root, manifestName),
      manifestText: this.#manifestText,
      buildArguments: this.#buildArguments(path, name),
      argumentOrigin: (argument) => this.#argumentOrigin(path, name, argument),
      isGivenElsewhere: (argument) => this.#isGivenElsewhere(path, argument),
      isMadeElsewhere: (path) => isMade(path, [folder, this.root], this.#files),
      siblings: this.imageNames.filter((each) => each !== name),
      referenceOf: (name) => this.referenceOf(name),
      baseEnvironment: (reference) => this.#environmentOf(reference, path, depth),
      values: this.values,
      dockerfileOf: (reference) => this.#dockerfileOf(reference, path),
      workspaceBase: (reference) => this.#workspaceBase(reference, path, depth),
      textsBuiltOn: () => this.#builtOn.pathsOf(path).flatMap((each) => this.#files.readText(each) ?? []),
      fileBeside: (name) => {
        const exists = this.#files.list(folder).some((entry) => entry.name === name);
        return { path: join(folder, name), exists, text: this.#files.readText(join(folder, name)) };
      },
      cudaTags: this.#cudaTags,
      ...this.#contextOf(path),
    };
  }

  /** The context of its build, else by custom; none where a script builds it with several. */
  #contextOf(path: string): Pick<LabImage, "context"> {
    const build = this.#buildNotListed(path);
    const isOne = build?.others.every(({ context }) => context === build.context) ?? true;
    const named = build?.context ?? (this.#isListed(path) ? dirname(path) : undefined);
    return this.#contexts && isOne ? { context: this.#contexts.of(path, named) } : {};
  }

  /** The name of the image that a Dockerfile makes, or is a variant of. */
  #nameOf(path: string): string | undefined {
    const folder = dirname(path);
    const paths = [path, ...plainNames.map((each) => join(folder, each))];
    const name = paths.map((each) => this.#names.get(each)).find((each) => each !== undefined);
    return name ?? (folder === this.root ? basename(folder) : this.#folder.names.get(folder));
  }

  /** What a Dockerfile calls its bases that `docker-bake.json` gives another name, and the names that those are built under. */
  #namedBases(build: FolderBuild | undefined): Map<string, string> {
    const bases = [...(build?.target?.bases ?? [])].map(
      ([name, base]) => [name, this.referenceOf(base)] as const,
    );
    return new Map(bases.filter(([name, reference]) => name !== reference));
  }

  /** Of an image that the manifest lists, files elsewhere in the repository say nothing. */
  #isGivenElsewhere(path: string, argument: string): boolean {
    const folder = dirname(path);
    if (this.#given.beside(argument, [folder, this.root], this.#readWhole)) return true;
    return !this.#isListed(path) && this.#given.inRepositoryOf(folder, argument, this.#readWhole);
  }

  /** The manifest's arguments win over the build script's: it replaces the script. */
  #buildArguments(path: string, name: string | undefined): Map<string, string | null> {
    const build = this.#builds.get(path);
    const given = new Map(build?.args);
    const { environment } = this.#variables;
    // Docker gives none where the environment has no value.
    for (const argument of environment ? (build?.passed ?? []) : [])
      if (environment?.[argument] === undefined) given.delete(argument);
      else given.set(argument, environment[argument]);
    for (const [argument, text] of this.#argumentTexts(name))
      given.set(argument, asksEnvironment(text) ? null : this.#replaceImages(text));
    return given;
  }

  /** The manifest's arguments of the image of this name, variables but `${image:…}` replaced where known. */
  #argumentTexts(name: string | undefined): [argument: string, text: string][] {
    const image = name === undefined ? undefined : this.manifest?.images.get(name);
    return [...(image?.args ?? [])].map(([key, text]) => [key, replaceVariables(text, this.#variables)]);
  }

  #unfinished(path: string, name: string | undefined): Map<string, string> {
    const texts = this.#argumentTexts(name).map(
      ([argument, text]) => [argument, this.#replaceImages(text)] as const,
    );
    const ofTarget = [...(this.#builds.get(path)?.target?.args ?? [])].map(
      ([key, value]) => [key, value ?? ""] as const,
    );
    return new Map([...ofTarget, ...texts].filter(([, text]) => variablesIn(text).length > 0));
  }

  #argumentOrigin(path: string, name: string | undefined, argument: string): string | undefined {
    if (name !== undefined && this.manifest?.images.get(name)?.args.has(argument)) return manifestName;
    const build = this.#builds.get(path);
    return build?.args.has(argument) ? build.file : undefined;
  }

  /** A text of the manifest with its variables and images replaced; variables that are not known stay in it. */
  fill(text: string): string {
    return this.#replaceImages(replaceVariables(text, this.#variables));
  }

  /** `${image:base}` as the name that the lab pushes `base` under. */
  #replaceImages(text: string): string {
    return text.replace(/\$\{image:([^{}]+)\}/g, (_, name: string) => this.referenceOf(name));
  }

  /** The reference that the lab builds the image of this name under, as far as it says. */
  referenceOf(name: string): string {
    const image = this.manifest?.images.get(name);
    const path = this.#dockerfiles.get(name);
    const [reference] = (image || path === undefined ? undefined : this.#builds.get(path))?.tags ?? [];
    if (reference !== undefined) return reference;
    const tag = image?.tag && replaceVariables(image.tag, this.#variables);
    const registry = this.#registry;
    return `${registry ? `${registry}/` : ""}${name}${tag ? `:${tag}` : ""}`;
  }

  #environmentOf(reference: string, path: string, depth: number): ReadonlyMap<string, string> | undefined {
    const base = this.#workspaceBase(reference, path, depth);
    if (!base) return knownEnvironment(reference);
    const environment = new Map<string, string>();
    const final = base.dockerfile.stages.at(-1)?.variables.finalEnvironment();
    for (const [name, value] of final ?? []) if (value !== null) environment.set(name, value);
    return environment;
  }

  #workspaceBase(reference: string, from: string, depth: number): WorkspaceBase | undefined {
    const path = depth < maximumChain ? this.#dockerfileOf(reference, from) : undefined;
    return path === undefined ? undefined : this.#parsed(path, depth + 1);
  }

  /** The Dockerfile at `path`, read once: one that others build on is asked for with each of them. */
  #parsed(path: string, depth: number): WorkspaceBase | undefined {
    const known = this.#parsedFiles.get(path);
    if (known) return known;
    const text = this.#files.readText(path);
    if (text === undefined) return undefined;
    const lab = this.#image(path, depth);
    const parsed = { dockerfile: parseDockerfile(text, lab), lab };
    this.#parsedFiles.set(path, parsed);
    return parsed;
  }

  /** The Dockerfile that builds the image that the one at `path` calls `reference`. */
  #dockerfileOf(reference: string, path: string): string | undefined {
    const target = this.#builds.get(path)?.target?.bases.get(reference);
    if (target !== undefined) return this.dockerfileOfImage(target);
    this.#builtAs ??= this.#readBuiltAs();
    return this.#builtAs.get(fullReference(reference) ?? reference);
  }

  #readBuiltAs(): Map<string, string> {
    const listed = this.manifest?.images.keys() ?? [];
    // Without a registry a folder's name may be that of Docker Hub's image: `FROM nginx` beside a folder nginx.
    const named = this.#registry === undefined ? listed : [...listed, ...this.#dockerfiles.keys()];
    const ofImages = [...named].map(
      (name) => [this.referenceOf(name), this.dockerfileOfImage(name)] as const,
    );
    const built = [...this.#builds.values()].flatMap(({ tags, others, dockerfile }) =>
      [...tags, ...others.flatMap((other) => other.tags)].map((tag) => [tag, dockerfile] as const),
    );
    const dockerfiles = new Map<string, string>();
    for (const [reference, dockerfile] of [...ofImages, ...built]) {
      const full = fullReference(reference) ?? reference;
      if (dockerfile !== undefined && !dockerfiles.has(full)) dockerfiles.set(full, dockerfile);
    }
    return dockerfiles;
  }
}
