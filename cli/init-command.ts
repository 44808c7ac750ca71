import { lstatSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type BuildScript, looksLikeScript, parseBuildScript } from "../core/lab/build-script.ts";
import { diskFiles } from "../core/lab/files.ts";
import { readLabFolder } from "../core/lab/lab-folder.ts";
import { manifestName } from "../core/lab/manifest.ts";
import { scriptManifest } from "../core/lab/script-manifest.ts";
import { printable } from "../engine/progress/cells.ts";
import { exitCodes } from "./exit-codes.ts";
import { whyNot } from "./failure.ts";
import { readFewArguments, tellMistake } from "./few-options.ts";
import { shownPath } from "./shown-path.ts";
import type { Terminal } from "./terminal.ts";
import { replaceFile } from "./write-file.ts";

const initHelp = `Usage: lab-images init [script]

Writes lab-images.json beside a shell build script, with what the script says: the images, their tags and build arguments,
which one builds on which, the registry, network and platform. It says which lines it could not read. Without a name the
build script of the current folder is read; where there is none, the folders with a Dockerfile are the images. A
lab-images.json that is there already is never written to.

Options:
  -h, --help     Show this help
  -v, --version  Show the version

Exit code: 0 written, 1 written without what some lines say, 2 not written.
`;

interface NamedScript {
  readonly path: string;
  readonly script: BuildScript;
}

/** `lab-images init`: writes a manifest, returns the exit code. */
export function initCommand(args: readonly string[], terminal: Terminal): number {
  const given = readFewArguments(args, {}, initHelp, terminal);
  if (typeof given === "number") return given;
  const [named, more] = given.words;
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, initHelp, terminal);
  const found = named === undefined ? scriptIn(process.cwd()) : readScript(resolve(named), named);
  if (typeof found === "string") return refuse(found, terminal);
  return found ? fromScript(found, terminal) : fromFolders(process.cwd(), terminal);
}

function readScript(path: string, named: string): NamedScript | string {
  try {
    const script = parseBuildScript(readFileSync(path, "utf8"), dirname(path));
    return script
      ? { path, script }
      : `${named} builds no image: name a shell script that calls docker build.`;
  } catch (error) {
    return `${named} cannot be read: ${whyNot(error)}`;
  }
}

/** The only build script of a folder; undefined where there is none, what is wrong where there are several. */
function scriptIn(folder: string): NamedScript | string | undefined {
  const scripts = diskFiles.list(folder).flatMap(({ name, isFolder }) => {
    const path = join(folder, name);
    const text = isFolder || !looksLikeScript(name) ? undefined : diskFiles.readText(path);
    const script = text === undefined ? undefined : parseBuildScript(text, folder);
    return script?.steps.some(({ kind }) => kind === "build") ? [{ path, script }] : [];
  });
  if (scripts.length < 2) return scripts[0];
  const names = scripts.map(({ path }) => basename(path)).sort();
  return `${names.join(", ")} all build images: name the one to read, such as lab-images init ${names[0]}.`;
}

function fromScript({ path, script }: NamedScript, terminal: Terminal): number {
  const { text, images, placeholder, unread } = scriptManifest(script, dirname(path));
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

function fromFolders(folder: string, terminal: Terminal): number {
  const names = [...readLabFolder(folder, diskFiles).images.keys()].sort();
  if (names.length === 0)
    return refuse("there is neither a build script nor a folder with a Dockerfile here.", terminal);
  const images = Object.fromEntries(names.map((name) => [name, {}]));
  const failure = write(folder, `${JSON.stringify({ images }, undefined, 2)}\n`);
  if (failure !== undefined) return refuse(failure, terminal);
  terminal.out(
    `Wrote ${manifestName} with ${printable(names.join(", "))}. Set "registry" there to where they are pushed.\n`,
  );
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
