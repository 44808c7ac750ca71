import { pipCall } from "../../../core/commands/pip.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { contains, type Place, type Places, shellPath } from "./place.ts";

/** Programs that write to places of their own, whatever directory they are started in. */
const elsewhere: ReadonlySet<string> = new Set([
  "apt-get",
  "apt",
  "conda",
  "mamba",
  "useradd",
  "adduser",
  "usermod",
  "groupadd",
  "addgroup",
  "passwd",
  "chpasswd",
  "locale-gen",
  "update-alternatives",
  "ldconfig",
  "set",
  "export",
  "true",
]);

/** A command of a RUN, as far as it tells where it writes. */
interface Step {
  readonly invocation: Invocation;
  /** The directory in which it runs; `null` when not known. */
  readonly workdir: string | null;
  readonly place: Place;
  readonly pip: "local" | "index" | undefined;
  /** Its known words, and whether there are others. */
  readonly words: readonly string[];
  readonly open: boolean;
}

/** What the RUNs of a file may write, each looked at once. */
export class Writes {
  readonly #places: Places;
  readonly #steps = new Map<RunInstruction, readonly Step[]>();

  constructor(places: Places) {
    this.#places = places;
  }

  /**
   * Whether a RUN may put files into `directory`: it names it, or runs in it something that is not known to write
   * elsewhere. Looks at the commands in front of `until` only, when given.
   */
  mayFill(run: RunInstruction, directory: string, until?: Invocation): boolean {
    const { main, invocations } = run.shell;
    if (!main && invocations.length === 0) return true;
    const text = main?.source.text ?? "";
    if (text.includes(">") && text.includes(directory)) {
      const targets = text.split(">").slice(1);
      if (targets.some((behind) => behind.trimStart().split(/\s/)[0]!.includes(directory))) return true;
    }
    for (const step of this.#of(run)) {
      if (step.invocation === until) return false;
      if (fills(step, directory) && !makesItself(step.invocation, step.place, directory)) return true;
    }
    return false;
  }

  /** Whether a RUN makes the directory itself with `mkdir`. */
  makes(run: RunInstruction, directory: string): boolean {
    return this.#of(run).some(({ invocation, place }) => makesItself(invocation, place, directory));
  }

  #of(run: RunInstruction): readonly Step[] {
    let steps = this.#steps.get(run);
    if (!steps) {
      const place = this.#places.of(run);
      const workdirOf = workdirs(run, place);
      steps = run.shell.invocations.map((invocation) =>
        step(invocation, place, workdirOf.get(invocation) ?? null),
      );
      this.#steps.set(run, steps);
    }
    return steps;
  }
}

function step(invocation: Invocation, place: Place, workdir: string | null): Step {
  const pip = pipCall(invocation);
  const local =
    pip?.targets.some(({ value }) => value === null || /^\.|\//.test(value)) ||
    pip?.options.some(({ name }) => ["editable", "target", "prefix", "src"].includes(name));
  return {
    invocation,
    workdir,
    place: { ...place, workdir },
    pip: pip && (local ? "local" : "index"),
    words: invocation.args.flatMap(({ value }) => (value === null ? [] : [value])),
    open: invocation.args.some(({ value }) => value === null),
  };
}

/** The directory in which each command runs: what WORKDIR and `cd` in front of it say; `null` when not known. */
export function workdirs(run: RunInstruction, place: Place): ReadonlyMap<Invocation, string | null> {
  const found = new Map<Invocation, string | null>();
  let workdir = place.workdir;
  for (const invocation of run.shell.invocations) {
    found.set(invocation, workdir);
    const { name, args, context } = invocation;
    if (name !== "cd" && name !== "pushd" && name !== "popd") continue;
    const [to] = args;
    const certain = name === "cd" && to && !context.subshell && !context.conditional;
    workdir = (certain && shellPath(invocation, to, place, workdir)) || null;
  }
  return found;
}

const changesNothing: ReadonlySet<string> = new Set(["chmod", "chown", "chgrp", "cd", "pushd", "popd"]);

function fills({ invocation, workdir, pip, words, open }: Step, directory: string): boolean {
  if (changesNothing.has(invocation.name)) return false;
  if (pip) return pip === "local";
  if (words.some((word) => names(word, directory, workdir))) return true;
  if (elsewhere.has(invocation.name)) return false;
  if (open) return true;
  return (
    workdir !== null && workdir !== "/" && (contains(directory, workdir) || contains(workdir, directory))
  );
}

/** Whether a word names the directory, something in it, or (relative to nobody knows what) may. */
function names(text: string, directory: string, workdir: string | null): boolean {
  if (text.includes(directory)) return true;
  if (text === "" || /^[-/~]/.test(text)) return false;
  const [first] = text.replace(/^(\.\/)+/, "").split("/");
  if (workdir === null) return directory.split("/").includes(first ?? "");
  return contains(directory, `${workdir === "/" ? "" : workdir}/${first}`);
}

/** `mkdir -p /app`: makes the directory, and nothing in it. */
function makesItself(invocation: Invocation, place: Place, directory: string): boolean {
  if (invocation.name !== "mkdir") return false;
  const paths = invocation.args
    .filter(({ value, prefix }) => value === null || !prefix.startsWith("-"))
    .map((word) => shellPath(invocation, word, place, place.workdir));
  if (!paths.includes(directory)) return false;
  return paths.every((path) => path !== undefined && (path === directory || !contains(directory, path)));
}
