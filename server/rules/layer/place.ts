import { posix } from "node:path";
import { resolveDockerWord, variableReferences } from "../../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import {
  type Instruction,
  lookupAt,
  type PathWord,
  type Stage,
} from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { FactSource } from "../facts.ts";

/** As whom and where the instructions of a file run: the fact. */
export function places({ dockerfile }: FactSource): Places {
  return new Places(dockerfile);
}

/** As whom and where an instruction runs; `null` for what cannot be known. */
export interface Place {
  /** `root` where no USER says otherwise. */
  readonly user: string | null;
  readonly home: string | null;
  /** What WORKDIR says; `null` where only the base image knows. */
  readonly workdir: string | null;
}

/** The place of every instruction of a file, worked out in one pass from top to bottom. */
export class Places {
  readonly #dockerfile: Dockerfile;
  readonly #places = new Map<Instruction, Place>();
  readonly #made = new Map<Instruction, string | null>();
  /** What a stage ends with: the stages that build on it begin with that. */
  readonly #ends = new Map<Stage, Settings>();

  constructor(dockerfile: Dockerfile) {
    this.#dockerfile = dockerfile;
    for (const stage of dockerfile.stages) this.#read(stage);
  }

  /** As whom and where `instruction` runs. */
  of(instruction: Instruction): Place {
    return this.#places.get(instruction) ?? { user: null, home: null, workdir: null };
  }

  /** The directory that a WORKDIR makes; `null` when it cannot be known, undefined for any other instruction. */
  madeBy(instruction: Instruction): string | null | undefined {
    return this.#made.get(instruction);
  }

  #read(stage: Stage): void {
    let settings: Settings = (stage.parent && this.#ends.get(stage.parent)) ?? {
      user: "root",
      workdir: null,
    };
    // ONBUILD runs behind everything else that the file says.
    let later: Settings | undefined;
    for (const instruction of stage.instructions) {
      const current = instruction.onbuild ? (later ?? settings) : settings;
      const set = stage.variables.environment("HOME", instruction.index);
      this.#places.set(instruction, { ...current, home: set === undefined ? homeOf(current.user) : set });
      const next = this.#after(instruction, current);
      if (instruction.keyword === "WORKDIR") this.#made.set(instruction, next.workdir);
      if (instruction.onbuild) later = next;
      else settings = next;
    }
    this.#ends.set(stage, settings);
  }

  #after(instruction: Instruction, { user, workdir }: Settings): Settings {
    if (instruction.keyword !== "USER" && instruction.keyword !== "WORKDIR") return { user, workdir };
    const value = resolved(this.#dockerfile, instruction, instruction.rest.text.trim());
    if (instruction.keyword === "WORKDIR") return { user, workdir: under(workdir, value) };
    const name = value === null ? null : value.replace(/:.*$/s, "");
    return { user: name === "0" ? "root" : name, workdir };
  }
}

interface Settings {
  readonly user: string | null;
  readonly workdir: string | null;
}

/** A path of COPY, ADD or WORKDIR, absolute and tidied; `null` when it cannot be known. */
export function instructionPath(
  dockerfile: Dockerfile,
  instruction: Instruction,
  path: PathWord,
  workdir: string | null,
): string | null {
  const lookup = lookupAt(instruction);
  const known = variableReferences(path.raw, dockerfile.escape).every(
    ({ name }) => lookup(name) !== undefined,
  );
  return known ? under(workdir, path.value) : null;
}

/** A shell word as an absolute, tidied path (patterns stay in it); `undefined` when it cannot be known. */
export function shellPath(
  invocation: Invocation,
  word: ShellWord,
  place: Place,
  workdir: string | null,
): string | undefined {
  const path = withHome(invocation, word, place);
  return path === null || path === "" ? undefined : (under(workdir, path) ?? undefined);
}

/** Whether `outer` is `inner`, or a directory around it. */
export function contains(outer: string, inner: string): boolean {
  return outer === inner || inner.startsWith(outer.endsWith("/") ? outer : `${outer}/`);
}

function resolved(dockerfile: Dockerfile, instruction: Instruction, raw: string): string | null {
  const lookup = lookupAt(instruction);
  // A variable that nothing here sets may come from the base image: it is not known, not empty.
  return resolveDockerWord(raw, dockerfile.escape, (name) => lookup(name) ?? null);
}

function homeOf(user: string | null): string | null {
  if (user === "root") return "/root";
  return user === null || user === "" || /^\d+$/.test(user) ? null : `/home/${user}`;
}

function under(workdir: string | null, path: string | null): string | null {
  if (path === null || path === "") return null;
  if (!path.startsWith("/") && workdir === null) return null;
  const tidy = posix.normalize(path.startsWith("/") ? path : `${workdir}/${path}`);
  return tidy.length > 1 && tidy.endsWith("/") ? tidy.slice(0, -1) : tidy;
}

/** The word's value with `~` and `$HOME` of the user who runs it. */
function withHome(invocation: Invocation, word: ShellWord, place: Place): string | null {
  if (!invocation.node) return word.value;
  const raw = invocation.script.source.text.slice(word.written.pos, word.written.end);
  const home = /^(?:~|"?\$(?:HOME\b|\{HOME\})"?)(?=\/|"|$)/.exec(raw);
  if (!home || (word.value !== null && !raw.startsWith("~"))) return word.value;
  const rest = raw.slice(home[0].length).replace(/"$/, "");
  return place.home === null || /[$`\\'"{]/.test(rest) ? null : place.home + rest;
}
