import { posix } from "node:path";
import { gitClone } from "../../../core/commands/git.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { FactSource, Facts } from "../facts.ts";
import { Directories } from "../layer/directories.ts";
import { places } from "../layer/place.ts";

/** The checkouts that the commands of a file are called in: the fact. */
export function checkouts({ dockerfile }: FactSource, facts: Facts): Checkouts {
  return new Checkouts(dockerfile, new Directories(dockerfile, facts.get(places)));
}

/** Tells of a command in which checkout it is called, by the name of the folder. */
export class Checkouts {
  readonly #dockerfile: Dockerfile;
  readonly #directories: Directories;
  #cloned: ReadonlySet<string> | undefined;
  #last: { readonly run: RunInstruction; readonly of: ReadonlyMap<Invocation, string | null> } | undefined;

  constructor(dockerfile: Dockerfile, directories: Directories) {
    this.#dockerfile = dockerfile;
    this.#directories = directories;
  }

  /**
   * The name of the folder: one that the RUN goes to, or that the file clones. WORKDIR alone tells nothing, as a project
   * may have the name of a package that it uses.
   */
  nameAt(run: RunInstruction, invocation: Invocation): string | undefined {
    if (this.#last?.run !== run) this.#last = { run, of: this.#directories.of(run) };
    const { of } = this.#last;
    const directory = of.get(invocation);
    if (!directory) return undefined;
    const name = posix.basename(directory);
    const start = of.get(run.shell.invocations[0]!);
    this.#cloned ??= clonedNames(this.#dockerfile);
    return directory !== start || this.#cloned.has(name) ? name : undefined;
  }
}

function clonedNames({ instructions }: Dockerfile): Set<string> {
  const names = new Set<string>();
  for (const run of instructions)
    for (const invocation of run.kind === "RUN" ? run.shell.invocations : []) {
      const repository = gitClone(invocation)?.repository.value;
      if (repository) names.add(posix.basename(repository).replace(/\.git$/, ""));
    }
  return names;
}
