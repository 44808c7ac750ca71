import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Instruction, RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { startsOwnWords } from "../../../core/dockerfile/shell/nested-script.ts";
import type { OsRelease } from "../../../core/image/base-facts.ts";
import { ChainFacts } from "../../../core/image/facts-along-chain.ts";
import { type AptSources, aptSourcesOf } from "../../../core/image/os-releases.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { type AptRun, type AptStep, aptRuns, isMounted } from "./apt-run.ts";
import {
  bringsSources,
  mayChangeHost,
  oldSources,
  type SedEdit,
  sedEdit,
  touchesSources,
} from "./sources-edit.ts";
import { mayRunApt } from "./unseen-apt.ts";

/** Where a stage stands with apt's addresses. */
interface State {
  /** Whether a mirror is in force, or may be. */
  readonly inForce: boolean;
  /** Whether something put a `/etc/apt/sources.list` there. */
  readonly listWritten: boolean;
}

/** Something to say of a RUN. */
export type MirrorEvent =
  | {
      readonly kind: "no-mirror";
      readonly run: RunInstruction;
      readonly update: AptStep;
      readonly os: OsRelease;
      readonly sources: AptSources;
    }
  | {
      readonly kind: "no-effect";
      readonly run: RunInstruction;
      readonly invocation: Invocation;
      readonly edit: SedEdit;
      readonly os: OsRelease;
      readonly sources: AptSources;
    };

const none: State = { inForce: false, listWritten: false };

/** Follows apt's addresses through a Dockerfile's stages; what it finds is in `events`, in the order of stages. */
export class MirrorStates {
  readonly events: MirrorEvent[] = [];
  readonly #lab: LabImage;
  readonly #facts: ChainFacts;
  readonly #above: readonly Dockerfile[];
  readonly #ends = new Map<Stage, State>();
  /** Whether a `sed` of the file edits the addresses' old place: without a mirror there is nothing else to say. */
  readonly #edits: boolean;
  readonly #last: State;

  constructor(
    dockerfile: Dockerfile,
    lab: LabImage,
    facts: ChainFacts,
    runs: readonly AptRun[],
    above: readonly Dockerfile[] = [],
  ) {
    this.#lab = lab;
    this.#facts = facts;
    this.#above = [...above, dockerfile];
    this.#edits = dockerfile.instructions.some(
      (each) =>
        each.kind === "RUN" &&
        each.shell.invocations.some((invocation) => sedEdit(invocation)?.oldPaths.length),
    );
    const updates = new Map<Invocation, AptStep>();
    for (const { steps } of runs)
      for (const step of steps) if (step.updates) updates.set(step.invocation, step);
    for (const stage of dockerfile.stages)
      this.#ends.set(stage, this.#follow(stage, dockerfile.text, updates));
    const last = dockerfile.stages.at(-1);
    this.#last = (last && this.#ends.get(last)) ?? none;
  }

  #startOf(stage: Stage): State {
    if (stage.parent) return this.#ends.get(stage.parent) ?? none;
    const base = stage.resolvedBase ? this.#lab.workspaceBase(stage.resolvedBase) : undefined;
    if (!base || this.#above.includes(base.dockerfile)) return none;
    const { dockerfile, lab } = base;
    const runs = aptRuns({ dockerfile, lab });
    return new MirrorStates(dockerfile, lab, new ChainFacts(dockerfile, lab), runs, this.#above).#last;
  }

  #follow(stage: Stage, text: string, updates: ReadonlyMap<Invocation, AptStep>): State {
    const os = this.#facts.at(stage).os;
    const sources = os && aptSourcesOf(os);
    const mirror = this.#lab.values.aptMirror;
    const moved = sources !== undefined && sources.path !== oldSources;
    // Nothing to say here, nor of the stages that build on it: their system is the same.
    if (mirror === undefined && !(moved && this.#edits) && this.#above.length === 1) return none;
    const inside = stage.instructions.filter(({ onbuild }) => !onbuild);
    const end = this.#followAll(stage, inside, this.#startOf(stage), text, updates);
    // What ONBUILD does comes first in what builds on this one.
    const later = stage.instructions.filter(({ onbuild }) => onbuild);
    return this.#followAll(stage, later, end, text, updates);
  }

  #followAll(
    stage: Stage,
    instructions: readonly Instruction[],
    start: State,
    text: string,
    updates: ReadonlyMap<Invocation, AptStep>,
  ): State {
    const os = this.#facts.at(stage).os;
    const sources = os && aptSourcesOf(os);
    const mirror = this.#lab.values.aptMirror;
    const moved = sources !== undefined && sources.path !== oldSources;
    let { inForce, listWritten } = start;
    for (const instruction of instructions) {
      if (bringsSources(instruction)) {
        inForce = true;
        listWritten = true;
      }
      if (instruction.kind !== "RUN") continue;
      const written = text.slice(instruction.span.start, instruction.span.end);
      const { invocations } = instruction.shell;
      if (invocations.length === 0 && written.includes("/etc/apt")) inForce = true;
      if (isMounted(instruction, oldSources, ["bind"])) continue;
      let around: Surroundings | undefined;
      for (const invocation of invocations) {
        if (startsOwnWords(invocation)) continue;
        const update = updates.get(invocation);
        if (update) {
          const elsewhere =
            update.call?.settings.has("dir::etc::sourcelist") || written.includes(mirror ?? "\0");
          if (!inForce && !elsewhere && os && sources && mirror !== undefined && serves(mirror, os))
            this.events.push({ kind: "no-mirror", run: instruction, update, os, sources });
          // The first one says it for all that follow.
          inForce = true;
          continue;
        }
        const edit = sedEdit(invocation);
        if (edit && (edit.oldPaths.length > 0 || edit.otherPaths)) {
          const lost = os && moved && !listWritten;
          if (lost) around ??= surroundings(invocations, sources);
          if (lost && around && isLost(edit, invocation, around, sources))
            this.events.push({ kind: "no-effect", run: instruction, invocation, edit, os, sources });
          if (mayChangeHost(edit.script)) inForce = true;
        } else if (touchesSources(invocation)) {
          inForce = true;
          listWritten = true;
        } else if (/mirror|chsrc/.test(invocation.name) || mayRunApt(invocation)) inForce = true;
      }
    }
    return { inForce, listWritten };
  }
}

/** What the other commands of a RUN say of a `sed` on the old file. */
interface Surroundings {
  /** Whether one looks whether a file is there. */
  readonly asks: boolean;
  /** Whether one edits the file that counts. */
  readonly editsRightFile: boolean;
}

function surroundings(all: readonly Invocation[], { path }: AptSources): Surroundings {
  let [asks, editsRightFile] = [false, false];
  for (const { name, args } of all) {
    for (const { value, prefix } of args) {
      const text = value ?? prefix;
      asks ||= ["test", "[", "[["].includes(name) && text.startsWith("/etc/apt/");
      editsRightFile ||= text === path;
    }
  }
  return { asks, editsRightFile };
}

/** Whether a `sed` on the old file is all that is done, and done for certain. */
function isLost(
  { oldPaths, otherPaths }: SedEdit,
  { context }: Invocation,
  { asks, editsRightFile }: Surroundings,
  sources: AptSources,
): boolean {
  if (oldPaths.length === 0 || asks || context.conditional || context.inFunction) return false;
  // On Debian the missing file makes `sed` fail whatever else is edited.
  return !(sources.emptyList && (otherPaths || editsRightFile));
}

/** Whether a mirror carries the system's packages, as far as its name tells. */
function serves(mirror: string, { id }: OsRelease): boolean {
  const other = id === "ubuntu" ? "debian" : "ubuntu";
  return mirror.includes(id) || !mirror.includes(other);
}
