import { lstatSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { diskFiles } from "../core/lab/files.ts";
import { manifestName } from "../core/lab/manifest.ts";
import { patterns } from "../core/lab/manifest-fields.ts";
import {
  foldersManifest,
  type ManifestSource,
  manifestSource,
  manifestSources,
  unreadBake,
} from "../core/lab/manifest-sources.ts";
import type { ManifestChoices } from "../core/lab/new-manifest.ts";
import { presets } from "../core/lab/presets.ts";
import { registryFault } from "../core/lab/registry-name.ts";
import { nearestWord } from "../core/nearest-word.ts";
import { printable } from "../engine/progress/cells.ts";
import { exitCodes } from "./exit-codes.ts";
import { whyNot } from "./failure.ts";
import { readFewArguments, tellMistake } from "./few-options.ts";
import { shownPath } from "./shown-path.ts";
import type { Terminal } from "./terminal.ts";
import { replaceFile } from "./write-file.ts";

const initHelp = `Usage: lab-images init [options] [file]

Writes lab-images.json beside a shell build script or a docker-bake.json, with what the file says: the images, their tags
and build arguments, which one builds on which, the registry, network and platform, and a script's comments. It says which
lines it could not read. Without a name the build script or bake file of the current folder is read; where there is none,
the folders with a Dockerfile are the images. A lab-images.json that is there already is never written to.

Options:
  --extends <preset>     What else holds for the lab: ${[...presets.keys()].join(", ")}, or a file such as ./lab.json
  --registry <registry>  Where the images are pushed, if the file does not say: ghcr.io/our-lab, r.io/lab/\${user}
  -h, --help             Show this help
  -v, --version          Show the version

Presets:
${[...presets].map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`).join("\n")}

Exit code: 0 written, 1 written without what some lines say, 2 not written.
`;

const initOptions = {
  extends: { type: "string", example: "--extends generic" },
  registry: { type: "string", example: "--registry ghcr.io/our-lab" },
} as const;

/** A file that is read, and where it lies. */
interface FoundSource {
  readonly path: string;
  readonly source: ManifestSource;
}

/** `lab-images init`: writes a manifest, returns the exit code. */
export function initCommand(args: readonly string[], terminal: Terminal): number {
  const given = readFewArguments(args, initOptions, initHelp, terminal);
  if (typeof given === "number") return given;
  const [named, more] = given.words;
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, initHelp, terminal);
  const choices = { extends: given.options.get("extends"), registry: given.options.get("registry") };
  const folder = named === undefined ? process.cwd() : dirname(resolve(named));
  const mistake =
    presetMistake(choices.extends, folder) ??
    (choices.registry === undefined ? undefined : registryFault(choices.registry));
  if (mistake !== undefined) return tellMistake(mistake, initHelp, terminal);
  const found = named === undefined ? sourceIn(process.cwd()) : readSource(resolve(named), named);
  if (typeof found === "string") return refuse(found, terminal);
  return found ? fromFile(found, choices, terminal) : fromFolders(process.cwd(), choices, terminal);
}

/** `folder` is where the manifest is to lie. */
function presetMistake(name: string | undefined, folder: string): string | undefined {
  if (name === undefined || presets.has(name)) return undefined;
  if (patterns.file.test(name)) {
    const isThere = statSync(resolve(folder, name), { throwIfNoEntry: false })?.isFile();
    return isThere ? undefined : `there is no file ${name} beside the manifest for it to extend.`;
  }
  const names = [...presets.keys()];
  const near = nearestWord(name, names);
  const end = near === undefined ? `the presets are ${names.join(", ")}.` : `did you mean "${near}"?`;
  return `there is no preset "${name}"; ${end}`;
}

function readSource(path: string, named: string): FoundSource | string {
  if (path.endsWith(".hcl")) {
    const advice = unreadBake(dirname(path), diskFiles);
    return advice ?? `${named} is written in HCL, which is not read: name docker-bake.json beside it.`;
  }
  try {
    const source = manifestSource(readFileSync(path, "utf8"), basename(path), dirname(path));
    return source
      ? { path, source }
      : `${named} builds no image: name a shell script that calls docker build, or a docker-bake.json.`;
  } catch (error) {
    return `${named} cannot be read: ${whyNot(error)}`;
  }
}

/** The only file of a folder that builds images; undefined where there is none, what is wrong where there are several. */
function sourceIn(folder: string): FoundSource | string | undefined {
  const sources = manifestSources(folder, diskFiles);
  const [first, second] = sources;
  if (!first || !second) return first && { path: join(folder, first.file), source: first };
  const names = sources.map(({ file }) => file);
  return `${names.join(", ")} all build images: name the one to read, such as lab-images init ${first.file}.`;
}

function fromFile({ path, source }: FoundSource, choices: ManifestChoices, terminal: Terminal): number {
  const { text, images, placeholder, unread } = source.manifest(choices);
  const name = shownPath(path, process.cwd());
  const told = unread.map(({ line, message }) => `${name}:${line}: ${message}`);
  if (images.length === 0)
    return refuse([`no image could be read from ${name}.`, ...told].join("\n"), terminal);
  const failure = write(dirname(path), text);
  if (failure !== undefined) return refuse(failure, terminal);
  terminal.out(printable(`Wrote ${manifestName} with ${images.join(", ")}, from ${name}.`));
  terminal.out(
    placeholder === undefined
      ? "\n"
      : `\nFor ${printable(placeholder)} it has \${user}: set LAB_IMAGES_USER to your name (in VS Code: labImages.user).\n`,
  );
  for (const line of told) terminal.err(`${printable(line)}\n`);
  return told.length > 0 ? exitCodes.found : exitCodes.fine;
}

function fromFolders(folder: string, choices: ManifestChoices, terminal: Terminal): number {
  const hcl = unreadBake(folder, diskFiles);
  if (hcl !== undefined) return refuse(hcl, terminal);
  const manifest = foldersManifest(folder, diskFiles, choices);
  if (!manifest)
    return refuse("there is neither a build script nor a folder with a Dockerfile here.", terminal);
  const failure = write(folder, manifest.text);
  if (failure !== undefined) return refuse(failure, terminal);
  const isPushed = choices.registry !== undefined || choices.extends !== undefined;
  const next = isPushed ? "" : ` Set "registry" there to where they are pushed.`;
  terminal.out(`Wrote ${manifestName} with ${printable(manifest.images.join(", "))}.${next}\n`);
  return exitCodes.fine;
}

/** Writes the manifest; why it was not written, where it was not. */
function write(folder: string, text: string): string | undefined {
  const path = join(folder, manifestName);
  // A link that leads nowhere is there as well.
  if (lstatSync(path, { throwIfNoEntry: false }))
    return `${manifestName} is there already, and is left as it is. Move it away to have it written anew.`;
  const why = replaceFile(path, undefined, Buffer.from(text));
  return why === undefined ? undefined : `${manifestName} could not be written: ${why}`;
}

function refuse(message: string, terminal: Terminal): number {
  for (const line of message.split("\n")) terminal.err(`lab-images: ${printable(line)}\n`);
  return exitCodes.failed;
}
