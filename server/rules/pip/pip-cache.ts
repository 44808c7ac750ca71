import type { PipCall } from "../../../core/commands/pip.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import {
  type Instruction,
  lookupAt,
  type RunInstruction,
  type Stage,
} from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { type FactSource, Facts } from "../facts.ts";
import { baseImages, holdsStage } from "../lineage.ts";
import { type ByRun, pipCalls } from "./pip-calls.ts";

/** What a command sees of an environment variable: undefined when not set, `null` when its value is not known. */
export type Environment = (name: string) => string | null | undefined;

/** The RUNs before which something decides, or may decide, in pip's configuration files on its cache. */
export function pipConfigured({ dockerfile, lab }: FactSource, facts: Facts): ReadonlySet<RunInstruction> {
  const calls = facts.get(pipCalls);
  const decided = new Set<RunInstruction>();
  const built = new Set<Stage>();
  for (const stage of dockerfile.stages) {
    let inStage = stage.parent ? built.has(stage.parent) : isConfiguredInBase(stage, lab);
    let forChild = false;
    for (const instruction of stage.instructions) {
      if (instruction.kind === "RUN" && (inStage || (instruction.onbuild && forChild)))
        decided.add(instruction);
      if (inStage) continue;
      if (!instruction.onbuild) inStage = configuresPip(dockerfile, instruction, calls);
      else forChild ||= configuresPip(dockerfile, instruction, calls);
    }
    if (inStage) built.add(stage);
  }
  return decided;
}

/** Whether an image of the lab that the stage builds on decides, or may decide. */
function isConfiguredInBase(stage: Stage, lab: LabImage): boolean {
  for (const base of baseImages(stage, lab)) {
    const { dockerfile } = base;
    if (!/\bpip\.(?:conf|ini)\b|\bconfig\b/.test(dockerfile.text)) continue;
    const calls = new Facts(base).get(pipCalls);
    for (const instruction of dockerfile.instructions)
      if (holdsStage(base.stage, instruction.stage) && configuresPip(dockerfile, instruction, calls))
        return true;
  }
  return false;
}

function configuresPip({ text }: Dockerfile, instruction: Instruction, calls: ByRun<PipCall>): boolean {
  if (instruction.kind === "COPY" || instruction.kind === "ADD") {
    const { sources, destination, heredocs } = instruction;
    if (![...sources, destination].some((path) => path && configurationFile.test(path.raw))) return false;
    // Of a file in the context nothing is known here.
    return (
      heredocs.length === 0 || heredocs.some(({ body }) => setting.test(text.slice(body.start, body.end)))
    );
  }
  return (
    instruction.kind === "RUN" && configuredFrom(text, instruction, calls.get(instruction)) !== undefined
  );
}

/** The environment of a RUN's commands, followed from one to the next. */
export class RunEnvironment {
  readonly #run: RunInstruction;
  #exported: Map<string, string | null> | undefined;

  constructor(run: RunInstruction) {
    this.#run = run;
  }

  /** A variable as `invocation` is given it: by itself, by an `export` before it, or by ENV and ARG along the chain. */
  of(invocation: Invocation): Environment {
    const lookup = lookupAt(this.#run);
    return (name) => {
      const given = invocation.environment.get(name);
      const own = given === undefined ? this.#exported?.get(name) : given;
      return own === undefined ? lookup(name) : own;
    };
  }

  /** Takes note of what `invocation` exports; to be called in order. */
  follow({ name, args }: Invocation): void {
    if (name !== "export" && name !== "declare") return;
    this.#exported ??= new Map();
    for (const { value, prefix } of args) {
      const [variable, set] = /^(\w+)=(.*)$/s.exec(value ?? prefix)?.slice(1) ?? [value, undefined];
      if (variable) this.#exported.set(variable, value === null ? null : (set ?? null));
    }
  }
}

/**
 * The offset from which a RUN's own configuration decides, or may decide, on the cache; undefined where none does. `text`
 * is the whole file, `calls` are the RUN's of pip.
 */
export function configuredFrom(
  text: string,
  run: RunInstruction,
  calls: ReadonlyMap<Invocation, PipCall> | undefined,
): number | undefined {
  const { start, end } = run.span;
  const written = text.slice(start, end);
  const file = written.search(configurationFile);
  const set = file < 0 ? -1 : written.search(setting);
  const bringer = run.shell.invocations.find((each) => configures(each, calls?.get(each)));
  const points = [...(set >= 0 ? [start + Math.max(file, set)] : []), ...(bringer ? [bringer.span.end] : [])];
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

function configures(invocation: Invocation, call: PipCall | undefined): boolean {
  if (bringers.has(invocation.name))
    return invocation.args.some(({ value, suffix }) => configurationFile.test(value ?? suffix));
  if (call?.command !== "config" || call.targets[0]?.value !== "set") return false;
  return /\.(no[-_])?cache[-_]dir$/.test(call.targets[1]?.value ?? "");
}
