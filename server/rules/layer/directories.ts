import { posix } from "node:path";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Instruction, RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { type Place, type Places, shellPath } from "./place.ts";

/** How the path of a directory begins that only the base image or a variable knows: the same one is the same text. */
const unknownRoot = "/\0";

/** Whether an absolute path begins in a directory that has no known name. */
export function isNameless(path: string): boolean {
  return path.startsWith(unknownRoot);
}

/**
 * The directory of every command, also where its name is not known: `tar` finds what `wget` left "here", wherever
 * that is.
 */
export class Directories {
  readonly #places: Places;
  readonly #starts = new Map<Instruction, string>();

  constructor(dockerfile: Dockerfile, places: Places) {
    this.#places = places;
    const ends = new Map<Stage, string>();
    for (const stage of dockerfile.stages) {
      let nameless = (stage.parent && ends.get(stage.parent)) ?? `${unknownRoot}${stage.index}`;
      for (const instruction of stage.instructions) {
        if (places.madeBy(instruction) === null)
          nameless = `${unknownRoot}${stage.index}.${instruction.index}`;
        this.#starts.set(instruction, places.of(instruction).workdir ?? nameless);
      }
      ends.set(stage, nameless);
    }
  }

  /** Where each command of a RUN works; `null` behind a `cd` that may lead anywhere. */
  of(run: RunInstruction): ReadonlyMap<Invocation, string | null> {
    const place = this.#places.of(run);
    const found = new Map<Invocation, string | null>();
    let directory: string | null = this.#starts.get(run) ?? null;
    for (const invocation of run.shell.invocations) {
      found.set(invocation, directory);
      const { name, args, context } = invocation;
      if (name !== "cd" && name !== "pushd" && name !== "popd") continue;
      const [to] = args;
      const certain = name !== "popd" && to && args.length === 1 && !context.subshell && !context.conditional;
      directory = certain && !context.inFunction ? pathIn(invocation, to, place, directory) : null;
    }
    return found;
  }

  /** Where a RUN's last command leaves the shell. */
  atEnd(run: RunInstruction): string | null {
    const last = run.shell.invocations.at(-1);
    if (!last || last.name === "cd" || last.name === "pushd" || last.name === "popd") return null;
    return this.of(run).get(last) ?? null;
  }
}

/** A word as an absolute, tidied path (patterns stay in it); `null` when it cannot be known. */
export function pathIn(
  invocation: Invocation,
  word: ShellWord,
  place: Place,
  directory: string | null,
): string | null {
  return stays(shellPath(invocation, word, place, directory), word.value, directory);
}

/** What {@link pathIn} is for a path that no single word says. */
export function textIn(text: string, directory: string | null): string | null {
  if (!text.startsWith("/") && directory === null) return null;
  return stays(posix.resolve(directory ?? "/", text), text, directory);
}

/** `..` out of a directory without a name leads nobody knows where. */
function stays(path: string | undefined, text: string | null, directory: string | null): string | null {
  if (path === undefined) return null;
  const relative = text !== null && !/^[/~]/.test(text);
  return relative && directory !== null && isNameless(directory) && !isNameless(path) ? null : path;
}
