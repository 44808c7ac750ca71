import { basename, dirname, join } from "node:path";
import type { BuildContext } from "../context/build-context.ts";
import type { RegistryTags } from "../cuda/registry-tags.ts";
import { type Dockerfile, parseDockerfile } from "../dockerfile/dockerfile.ts";
import { usedImages } from "../dockerfile/used-images.ts";
import { knownEnvironment } from "../image/known-bases.ts";
import { fullReference } from "../image/reference.ts";
import type { BakeTarget } from "./bake-file.ts";
import { buildsOf, firstTargets, imagesWith, settingsOf } from "./bake-targets.ts";
import { isPlainName } from "./dockerfile-name.ts";
import { readExtendedManifest } from "./extended-manifest.ts";
import { type LabFiles, withTexts } from "./files.ts";
import { GivenArguments } from "./given-argument.ts";
import type { LabBuild } from "./lab-build.ts";
import {
  type FolderBuild,
  holdsDockerfile,
  type LabFolder,
  plainDockerfile,
  readLabFolder,
} from "./lab-folder.ts";
import type { LabImage, LabValues, WorkspaceBase } from "./lab-image.ts";
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

/** What is not in the lab's committed manifest. */
export interface LabOptions {
  /** The lab member's own name, for `${user}`. */
  readonly user?: string | undefined;
  /** What `${env:NAME}` stands for: only where something is built, pushed or run, and the lab may be trusted with it. */
  readonly environment?: VariableValues["environment"];
  /** Where build contexts are read; without it no image has one. */
  readonly contexts?: ContextSource | undefined;
  /** Newer tags of `nvidia/cuda`, where the user has asked a registry. */
  readonly cudaTags?: RegistryTags | undefined;
  /** What the folder holds, where that is known already. */
  readonly folder?: LabFolder | undefined;
  /** What the files around labs give; labs that are made at the same time share it. */
  readonly given?: GivenArguments | undefined;
}

/** Gives the build context of the Dockerfile at a path: the folder that is named, else by custom. */
export interface ContextSource {
  of(dockerfile: string, named: string | undefined): BuildContext;
}

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
  readonly #builds: readonly FolderBuild[];
  /** The targets of `docker-bake.json`, by their Dockerfile: of a lab without a manifest. */
  readonly #targets: ReadonlyMap<string, BakeTarget>;
  /** The Dockerfiles of the images, by the images' names. */
  readonly #dockerfiles: ReadonlyMap<string, string>;
  /** The images that others build on, by the path of their Dockerfile. */
  readonly #bases = new Map<string, WorkspaceBase>();
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
    this.values = this.#valuesOf(this.manifest?.values ?? {});
    this.#folder = folder ?? readLabFolder(root, files, this.#variables);
    this.#targets = this.manifest ? new Map() : firstTargets(this.#folder);
    this.#builds = buildsOf(this.#folder, this.#targets);
    const dockerfiles = imagesWith(this.#targets, this.#folder, files);
    for (const name of this.manifest?.images.keys() ?? [])
      if (!dockerfiles.has(name)) dockerfiles.set(name, plainDockerfile(files, join(root, name)));
    this.#dockerfiles = dockerfiles;
  }

  /** What of its manifest, or without one of its `docker-bake.json`, could not be read. */
  get problems(): readonly ManifestProblem[] {
    if (this.manifest) return this.manifest.problems;
    const isThere = this.#files.list(this.root).some(({ name }) => name === manifestName);
    return [...(isThere ? [unreadManifest] : []), ...(this.#folder.bake?.problems ?? [])];
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

  /** Whether the folder of the image of this name holds a Dockerfile. */
  holdsDockerfile(name: string): boolean {
    const path = this.#dockerfiles.get(name) ?? join(this.root, name, "Dockerfile");
    return this.#files.readText(path) !== undefined || holdsDockerfile(this.#files, dirname(path));
  }

  /** Whether the folder of the image of this name is there, and may not be looked into. */
  isLocked(name: string): boolean {
    return this.#files.isLocked(dirname(this.#dockerfiles.get(name) ?? join(this.root, name, "Dockerfile")));
  }

  /** The names of the lab's images that the Dockerfile at `path` (absolute) builds on, copies from or mounts. */
  basesOf(path: string): string[] {
    const dockerfile = this.#read(path);
    const used = dockerfile ? usedImages(dockerfile) : [];
    const named = used.flatMap((reference) => this.#imageOf(reference, path) ?? []);
    const targets = [...(this.#targets.get(path)?.bases.values() ?? [])];
    return [...named, ...targets.filter((name) => !named.includes(name))];
  }

  /** The other images that its FROM lines name, as they are called once variables are replaced. */
  otherBasesOf(path: string): string[] {
    const stages = this.#read(path)?.stages ?? [];
    return stages
      .flatMap(({ parent, resolvedBase }) => (parent ? [] : resolvedBase || []))
      .filter((reference) => this.#imageOf(reference, path) === undefined);
  }

  #read(path: string): Dockerfile | undefined {
    const text = this.#files.readText(path);
    return text === undefined ? undefined : parseDockerfile(text, this.image(path));
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
    return this.#builds.length > 0;
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
    const target = this.#targets.get(path);
    const listed = name !== undefined && this.manifest?.images.has(name);
    const scripted = this.#builds.filter((build) => build.dockerfile === path);
    const ownTag =
      name !== undefined && (isPlainName(basename(path)) || this.#dockerfiles.get(name) === path);
    const contexts = new Set(scripted.map((build) => build.context));
    return {
      name,
      context: !listed && contexts.size === 1 ? [...contexts][0]! : dirname(path),
      tag: (listed ? undefined : scripted[0]?.tags[0]) ?? (ownTag ? this.referenceOf(name) : undefined),
      args: this.#buildArguments(path, name),
      unfinished: this.#unfinished(path, name),
      settings: target ? settingsOf(target) : (this.values.build ?? {}),
      bases: this.#namedBases(target),
    };
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
      isGivenElsewhere: (argument) => this.#given.has(argument, [folder, this.root]),
      isMadeElsewhere: (path) => isMade(path, [folder, this.root], this.#files),
      siblings: this.imageNames.filter((each) => each !== name),
      referenceOf: (name) => this.referenceOf(name),
      baseEnvironment: (reference) => this.#environmentOf(reference, path, depth),
      values: this.values,
      dockerfileOf: (reference) => this.#dockerfileOf(reference, path),
      workspaceBase: (reference) => this.#workspaceBase(reference, path, depth),
      fileBeside: (name) => {
        const exists = this.#files.list(folder).some((entry) => entry.name === name);
        return { path: join(folder, name), exists, text: this.#files.readText(join(folder, name)) };
      },
      cudaTags: this.#cudaTags,
      ...this.#contextOf(path, name),
    };
  }

  /** The context that the script's build of this Dockerfile or the manifest names; none where builds differ. */
  #contextOf(path: string, name: string | undefined): Pick<LabImage, "context"> {
    const named = new Set(
      this.#builds.filter((build) => build.dockerfile === path).map((build) => build.context),
    );
    const listed = name !== undefined && this.manifest?.images.has(name);
    if (named.size === 0 && listed && isPlainName(basename(path))) named.add(dirname(path));
    const [folder] = named;
    return this.#contexts && named.size < 2 ? { context: this.#contexts.of(path, folder) } : {};
  }

  /** The manifest's values with variables replaced where known, and the user. */
  #valuesOf({ storage, registry: _, hosts, ...values }: LabValues): LabValues {
    const known = {
      hosts: hosts?.map((host) => this.#hostOf(host)),
      storage: storage && replaceVariables(storage, this.#variables),
      registry: this.#registry,
    };
    const { user } = this.#variables;
    const set = Object.entries({ ...known, user }).filter(
      ([, value]) => value !== undefined && !(typeof value === "string" && asksEnvironment(value)),
    );
    return { ...values, ...Object.fromEntries(set) };
  }

  /** Without a user's name ssh knows best who logs in. */
  #hostOf(host: string): string {
    const { user } = this.#variables;
    return user === undefined ? host.replace("${user}@", "") : host.replaceAll("${user}", user);
  }

  /** The name of the image that a Dockerfile makes, or is a variant of. */
  #nameOf(path: string): string | undefined {
    const folder = dirname(path);
    let variantOf: string | undefined;
    for (const [name, each] of this.#dockerfiles) {
      if (each === path) return name;
      if (isPlainName(basename(each)) && dirname(each) === folder) variantOf ??= name;
    }
    return variantOf ?? (folder === this.root ? basename(folder) : undefined);
  }

  /** What a Dockerfile calls its bases that `docker-bake.json` gives another name, and the names that those are built under. */
  #namedBases(target: BakeTarget | undefined): Map<string, string> {
    const bases = [...(target?.bases ?? [])].map(([name, base]) => [name, this.referenceOf(base)] as const);
    return new Map(bases.filter(([name, reference]) => name !== reference));
  }

  /** The manifest's arguments win over the build script's: it replaces the script. */
  #buildArguments(path: string, name: string | undefined): Map<string, string | null> {
    const given = new Map<string, string | null>();
    for (const build of this.#builds) {
      if (build.dockerfile !== path) continue;
      for (const [argument, value] of build.args) given.set(argument, value);
    }
    for (const [argument, text] of this.#argumentTexts(name))
      given.set(argument, asksEnvironment(text) ? null : this.#replaceImages(text));
    return given;
  }

  /** The manifest's arguments of the image of this name, variables but `${image:…}` replaced where known. */
  #argumentTexts(name: string | undefined): [argument: string, text: string][] {
    const image = name === undefined ? undefined : this.manifest?.images.get(name);
    return [...(image?.args ?? [])].map(([argument, text]) => [
      argument,
      replaceVariables(text, this.#variables),
    ]);
  }

  #unfinished(path: string, name: string | undefined): Map<string, string> {
    const texts = this.#argumentTexts(name).map(
      ([argument, text]) => [argument, this.#replaceImages(text)] as const,
    );
    const ofTarget = [...(this.#targets.get(path)?.args ?? [])].map(
      ([key, value]) => [key, value ?? ""] as const,
    );
    return new Map([...ofTarget, ...texts].filter(([, text]) => variablesIn(text).length > 0));
  }

  #argumentOrigin(path: string, name: string | undefined, argument: string): string | undefined {
    if (name !== undefined && this.manifest?.images.get(name)?.args.has(argument)) return manifestName;
    return this.#builds.findLast(({ dockerfile, args }) => dockerfile === path && args.has(argument))?.script;
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
    const [reference] = (image || path === undefined ? undefined : this.#buildFor(path))?.tags ?? [];
    if (reference !== undefined) return reference;
    const tag = image?.tag && replaceVariables(image.tag, this.#variables);
    const registry = this.#registry;
    return `${registry ? `${registry}/` : ""}${name}${tag ? `:${tag}` : ""}`;
  }

  /** The build of a Dockerfile; where none is of it, that of another one of its folder. */
  #buildFor(path: string): FolderBuild | undefined {
    const own = this.#builds.find(({ dockerfile }) => dockerfile === path);
    return own ?? this.#builds.find(({ dockerfile }) => dirname(dockerfile) === dirname(path));
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
    if (path === undefined) return undefined;
    const known = this.#bases.get(path);
    if (known) return known;
    const text = this.#files.readText(path);
    if (text === undefined) return undefined;
    const lab = this.#image(path, depth + 1);
    const base = { dockerfile: parseDockerfile(text, lab), lab };
    this.#bases.set(path, base);
    return base;
  }

  /** The Dockerfile that builds the image that the one at `path` calls `reference`. */
  #dockerfileOf(reference: string, path: string): string | undefined {
    const target = this.#targets.get(path)?.bases.get(reference);
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
    const built = this.#builds.flatMap(({ tags, dockerfile }) =>
      tags.map((tag) => [tag, dockerfile] as const),
    );
    const dockerfiles = new Map<string, string>();
    for (const [reference, dockerfile] of [...ofImages, ...built]) {
      const full = fullReference(reference) ?? reference;
      if (dockerfile !== undefined && !dockerfiles.has(full)) dockerfiles.set(full, dockerfile);
    }
    return dockerfiles;
  }
}
