import { posix } from "node:path";
import { unpackedBy } from "../../../core/commands/archive.ts";
import type { Instruction, RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import type { FactSource, Facts } from "../facts.ts";
import { type BroughtFile, broughtByCommand, broughtByCopy, layerOrder } from "./brought-files.ts";
import { Copies } from "./copied.ts";
import { type Deletion, deletes, deletionsBy } from "./deletions.ts";
import { Directories, pathIn } from "./directories.ts";
import { FileIndex } from "./file-index.ts";
import { places as knownPlaces, type Places } from "./place.ts";

/** A command that unpacks, or installs, an archive. */
export interface Unpacking {
  readonly run: RunInstruction;
  readonly invocation: Invocation;
  readonly word: ShellWord;
  readonly directory: string | null;
}

/** What became of a file that an instruction brought. */
export interface FileLife {
  readonly file: BroughtFile;
  /** Its place in {@link FileHistory.layers}. */
  readonly layer: number;
  /** Whether the RUN that brought it deletes it, or may. */
  goneInRun: boolean;
  /** Whether a clone's history is deleted, or may be, in the RUN that brought it. */
  historyGoneInRun: boolean;
  /** The first command that unpacks it. */
  unpacked: Unpacking | undefined;
  /** Whether a later layer certainly deletes it. */
  goneLater: boolean;
}

/** A word of a command that deletes what earlier layers brought. */
export interface LateDeletion {
  readonly run: RunInstruction;
  readonly deletion: Deletion;
  readonly files: readonly BroughtFile[];
  /** The clones of which it deletes the history alone. */
  readonly histories: readonly BroughtFile[];
}

/** What comes into the layers of the final image and what goes again, in the order of the layers. */
export interface FileHistory {
  readonly layers: readonly Instruction[];
  readonly files: readonly FileLife[];
  readonly lateDeletions: readonly LateDeletion[];
  readonly directories: Directories;
  readonly places: Places;
  /** Whether a command in a layer behind `layer` names a file of that name, or may. */
  readonly usedBehind: (name: string, layer: number) => boolean;
  /** Whether a layer before `layer` brought a file at that path and kept it. */
  readonly broughtBefore: (path: string, layer: number) => boolean;
}

/** The history of a Dockerfile's files. */
export function fileHistory({ dockerfile }: FactSource, facts: Facts): FileHistory {
  const shipped = shippedStages(dockerfile);
  const places = facts.get(knownPlaces);
  const copies = new Copies(dockerfile, places);
  const directories = new Directories(dockerfile, places);
  const layers = layerOrder(dockerfile.instructions).filter(({ stage }) => stage && shipped.has(stage));
  const walk = new Walk(places, directories);
  layers.forEach((instruction, layer) => {
    if (instruction.kind === "RUN") walk.run(instruction, layer);
    else if (instruction.kind === "COPY" || instruction.kind === "ADD")
      walk.bring(broughtByCopy(copies.by(instruction)), layer);
  });
  const { files, lateDeletions } = walk;
  let uses: NameUses | undefined;
  const usedBehind = (name: string, layer: number) => {
    uses ??= new NameUses(layers);
    return uses.isUsedBehind(name, layer);
  };
  let first: ReadonlyMap<string, number> | undefined;
  const broughtBefore = (path: string, layer: number) => {
    first ??= firstLayers(files);
    return (first.get(path) ?? layer) < layer;
  };
  return { layers, files, lateDeletions, directories, places, usedBehind, broughtBefore };
}

/** The first layer that keeps a file, by its path. */
function firstLayers(files: readonly FileLife[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { file, layer, goneInRun } of files)
    if (file.path !== null && !goneInRun && !first.has(file.path)) first.set(file.path, layer);
  return first;
}

class Walk {
  readonly files: FileLife[] = [];
  readonly lateDeletions: LateDeletion[] = [];
  readonly #places: Places;
  readonly #directories: Directories;
  /** What earlier layers brought and no command has taken away. */
  readonly #alive = new FileIndex<FileLife>(({ file }) => file.path);
  /** The clones among them that have their history. */
  readonly #histories = new FileIndex<FileLife>(({ file }) => file.path);

  constructor(places: Places, directories: Directories) {
    this.#places = places;
    this.#directories = directories;
  }

  bring(brought: readonly BroughtFile[], layer: number): FileLife[] {
    const lives = brought.map(
      (file): FileLife => ({
        file,
        layer,
        goneInRun: false,
        historyGoneInRun: false,
        unpacked: undefined,
        goneLater: false,
      }),
    );
    for (const life of lives) {
      this.files.push(life);
      if (life.file.instruction.kind !== "RUN") this.#alive.add(life);
    }
    return lives;
  }

  run(run: RunInstruction, layer: number): void {
    const place = this.#places.of(run);
    const directories = this.#directories.of(run);
    const own: FileLife[] = [];
    // A function, or a trap, deletes what is there when it is called.
    const lasting: Deletion[] = [];
    for (const invocation of run.shell.invocations) {
      const directory = directories.get(invocation) ?? null;
      for (const word of unpackedBy(invocation)) {
        const path = pathIn(invocation, word, place, directory);
        this.#unpack({ run, invocation, word, directory }, path, own);
      }
      const brought = this.bring(broughtByCommand(run, invocation, place, directory), layer);
      for (const deletion of lasting) markGone(deletion, brought);
      own.push(...brought);
      for (const deletion of deletionsBy(invocation, place, directory)) {
        this.#delete(run, deletion, own);
        if (invocation.name === "trap" || invocation.context.inFunction) lasting.push(deletion);
      }
    }
    for (const life of own) {
      if (life.goneInRun || !life.file.certain) continue;
      this.#alive.add(life);
      if (life.file.clone) this.#histories.add(life);
    }
  }

  #unpack(unpacking: Unpacking, path: string | null, own: readonly FileLife[]): void {
    const lives = path === null ? [] : [...this.#alive.at(path)];
    for (const life of [...lives, ...own.filter(({ file }) => isSame(file, path, unpacking.word))])
      life.unpacked ??= unpacking;
  }

  #delete(run: RunInstruction, deletion: Deletion, own: readonly FileLife[]): void {
    markGone(deletion, own);
    const { path } = deletion;
    if (path === null) return;
    const files: BroughtFile[] = [];
    const histories: BroughtFile[] = [];
    for (const life of this.#alive.below(path)) {
      if (deletes(deletion, life.file) === "no") continue;
      this.#alive.remove(life);
      this.#histories.remove(life);
      if (!deletion.certain) continue;
      life.goneLater = true;
      files.push(life.file);
    }
    const clone = deletion.certain && /\/\.git$/.test(path) ? this.#histories.at(posix.dirname(path)) : [];
    for (const life of clone) {
      this.#histories.remove(life);
      histories.push(life.file);
    }
    if (files.length + histories.length > 0) this.lateDeletions.push({ run, deletion, files, histories });
  }
}

function markGone(deletion: Deletion, lives: readonly FileLife[]): void {
  for (const life of lives) {
    if (life.goneInRun) continue;
    if (deletes(deletion, life.file) !== "no") life.goneInRun = true;
    else if (deletesHistory(deletion, life.file)) life.historyGoneInRun = true;
  }
}

function deletesHistory(deletion: Deletion, { clone, path }: BroughtFile): boolean {
  if (!clone) return false;
  const history = path === null ? null : `${path}/.git`;
  return deletes(deletion, { path: history, suffix: "/.git", tree: true }) !== "no";
}

/** Whether an archive's word means the file, or, where not both are known, may. */
function isSame(file: BroughtFile, path: string | null, word: ShellWord): boolean {
  if (path !== null && file.path !== null && !/[*?[{]/.test(path)) return path === file.path;
  const own = posix.basename(path ?? word.suffix);
  const other = posix.basename(file.path ?? file.suffix);
  const end = own.slice(Math.max(own.lastIndexOf("*"), own.lastIndexOf("}")) + 1);
  return end !== "" && other !== "" && (end.endsWith(other) || other.endsWith(end));
}

/** In which layers commands name which files. */
class NameUses {
  readonly #last = new Map<string, number>();
  /** The same for the ends of patterns, `.zip` of `*.zip`, and for what stands in front of a last star. */
  readonly #lastEnd = new Map<string, number>();
  readonly #lastStart = new Map<string, number>();

  constructor(layers: readonly Instruction[]) {
    layers.forEach((instruction, layer) => {
      if (instruction.kind === "COPY" || instruction.kind === "ADD") {
        for (const { value } of instruction.sources) this.#add(value ?? "", layer);
      } else if (instruction.kind === "RUN") {
        for (const invocation of instruction.shell.invocations) {
          if (invocation.name !== "rm")
            for (const { value, suffix } of invocation.args) this.#add(value ?? suffix, layer);
          for (const word of unpackedBy(invocation)) this.#addUnpacked(word, layer);
        }
      }
    });
  }

  #add(text: string, layer: number): void {
    const name = posix.basename(text.slice(text.lastIndexOf("=") + 1));
    const star = Math.max(name.lastIndexOf("*"), name.lastIndexOf("?"), name.lastIndexOf("}"));
    if (star < 0) {
      this.#last.set(name, layer);
      return;
    }
    const first = name.search(/[*?[{]/);
    if (star < name.length - 1) this.#lastEnd.set(name.slice(star + 1), layer);
    else if (first > 0) this.#lastStart.set(name.slice(0, first), layer);
  }

  /** Takes note of an archive's word of which not even the end may be known. */
  #addUnpacked({ value, suffix }: ShellWord, layer: number): void {
    if (value === null) this.#lastEnd.set(posix.basename(suffix), layer);
  }

  isUsedBehind(name: string, layer: number): boolean {
    if ((this.#last.get(name) ?? -1) > layer) return true;
    for (let at = 0; at <= name.length; at++) {
      if ((this.#lastEnd.get(name.slice(at)) ?? -1) > layer) return true;
      if ((this.#lastStart.get(name.slice(0, at)) ?? -1) > layer) return true;
    }
    return false;
  }
}
