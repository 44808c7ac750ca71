import { type PipCall, pipCall } from "../../../core/commands/pip.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Instruction, RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";

/** What a command sees of an environment variable: undefined when not set, `null` when its value is not known. */
export type Environment = (name: string) => string | null | undefined;

/** Whether pip's configuration files may turn its cache off, followed from one instruction to the next. */
export class PipConfiguration {
  readonly #dockerfile: Dockerfile;
  readonly #stages = new Map<Stage, { built: boolean; onbuild: boolean }>();

  constructor(dockerfile: Dockerfile) {
    this.#dockerfile = dockerfile;
  }

  /** Whether what ran before `instruction` decides, or may decide, on the cache. */
  decidesAt({ stage, onbuild }: Instruction): boolean {
    if (!stage) return false;
    const state = this.#stateOf(stage);
    return state.built || (onbuild && state.onbuild);
  }

  /** Takes note of what `instruction` does; to be called in order. */
  follow(instruction: Instruction): void {
    const { stage, onbuild } = instruction;
    if (!stage) return;
    const state = this.#stateOf(stage);
    if (onbuild) state.onbuild ||= setsVariable(instruction) || this.#configures(instruction);
    else state.built ||= this.#configures(instruction);
  }

  #stateOf(stage: Stage): { built: boolean; onbuild: boolean } {
    let state = this.#stages.get(stage);
    if (!state) {
      state = { built: stage.parent ? this.#stateOf(stage.parent).built : false, onbuild: false };
      this.#stages.set(stage, state);
    }
    return state;
  }

  #configures(instruction: Instruction): boolean {
    const { text } = this.#dockerfile;
    if (instruction.kind === "COPY" || instruction.kind === "ADD") {
      const { sources, destination, heredocs } = instruction;
      if (![...sources, destination].some((path) => path && configurationFile.test(path.raw))) return false;
      // Of a file in the context nothing is known here.
      return (
        heredocs.length === 0 || heredocs.some(({ body }) => setting.test(text.slice(body.start, body.end)))
      );
    }
    return instruction.kind === "RUN" && configuredFrom(this.#dockerfile, instruction) !== undefined;
  }
}

/** The environment of a RUN's commands, followed from one to the next. */
export class RunEnvironment {
  readonly #run: RunInstruction;
  readonly #exported = new Map<string, string | null>();

  constructor(run: RunInstruction) {
    this.#run = run;
  }

  /** A variable as `invocation` is given it: by itself, by an `export` before it, or by ENV and ARG along the chain. */
  of(invocation: Invocation): Environment {
    const { stage, index } = this.#run;
    return (name) => {
      const given = invocation.environment.get(name);
      const own = given === undefined ? this.#exported.get(name) : given;
      return own === undefined ? stage?.variables.lookup(name, index) : own;
    };
  }

  /** Takes note of what `invocation` exports; to be called in order. */
  follow({ name, args }: Invocation): void {
    if (name !== "export" && name !== "declare") return;
    for (const { value, prefix } of args) {
      const [variable, set] = /^(\w+)=(.*)$/s.exec(value ?? prefix)?.slice(1) ?? [value, undefined];
      if (variable) this.#exported.set(variable, value === null ? null : (set ?? null));
    }
  }
}

/** The offset from which a RUN's own configuration decides, or may decide, on the cache; undefined where none does. */
export function configuredFrom(dockerfile: Dockerfile, run: RunInstruction): number | undefined {
  const { start, end } = run.span;
  const written = dockerfile.text.slice(start, end);
  const file = written.search(configurationFile);
  const set = written.search(setting);
  const bringer = run.shell.invocations.find(configures);
  const points = [
    ...(file >= 0 && set >= 0 ? [start + Math.max(file, set)] : []),
    ...(bringer ? [bringer.span.end] : []),
  ];
  return points.length > 0 ? Math.min(...points) : undefined;
}

/** Whether a call empties pip's cache. */
export function emptiesCache(call: PipCall): boolean {
  return call.command === "cache" && ["purge", "remove"].includes(call.targets[0]?.value ?? "");
}

const configurationFile = /\bpip\.(conf|ini)\b/;
/** `no-cache-dir = true` or `cache-dir = …` in a configuration file; options begin with a dash. */
const setting = /(?<!-)(no[-_])?cache[-_]dir\s*[=:]/;
/** Programs that bring a file whose text is not in the Dockerfile. */
const bringers = new Set(["cp", "curl", "install", "ln", "mv", "rsync", "wget"]);

function configures(invocation: Invocation): boolean {
  if (bringers.has(invocation.name))
    return invocation.args.some(({ value, suffix }) => configurationFile.test(value ?? suffix));
  const call = pipCall(invocation);
  if (call?.command !== "config" || call.targets[0]?.value !== "set") return false;
  return /\.(no[-_])?cache[-_]dir$/.test(call.targets[1]?.value ?? "");
}

function setsVariable(instruction: Instruction): boolean {
  return (
    instruction.kind === "ENV" && instruction.assignments.some(({ name }) => name === "PIP_NO_CACHE_DIR")
  );
}
