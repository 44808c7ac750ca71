import { type AptCall, aptCall, commandsThatNeedLists, hasOption } from "../../../core/commands/apt.ts";
import { rmCall } from "../../../core/commands/rm.ts";
import type { Mount, RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import type { FactSource, Facts } from "../facts.ts";
import { deletesLists } from "./deleted-lists.ts";
import { mayRunApt, readsLists, updatesItself } from "./unseen-apt.ts";

/** Where apt keeps the package lists that `update` fetches. */
export const listsFolder = "/var/lib/apt/lists";

/** A command of a RUN that has to do with the package lists. */
export interface AptStep {
  readonly invocation: Invocation;
  /** Undefined for another program. */
  readonly call: AptCall | undefined;
  /** Fetches the lists. */
  readonly updates: boolean;
  /** May have fetched the lists: a script, a command that is not known here. */
  readonly mayUpdate: boolean;
  /** Whether it reads the lists. */
  readonly uses: "no" | "maybe" | "certain";
  /** Deletes the lists: `always` wherever it stands (in a function, a trap). */
  readonly deletes: "no" | "here" | "always";
}

/** A RUN that has to do with the package lists, its commands in order. */
export interface AptRun {
  readonly run: RunInstruction;
  readonly steps: readonly AptStep[];
  /** Whether a mount holds the lists: what is fetched does not reach the image. */
  readonly listsMounted: boolean;
  /** Whether it does nothing else than to fetch (and delete) lists. */
  readonly pure: boolean;
}

/** The RUNs of a file that have to do with the package lists. */
export function aptRuns({ dockerfile }: FactSource): AptRun[] {
  const runs: AptRun[] = [];
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind !== "RUN") continue;
    const run = readAptRun(instruction);
    if (run.steps.length > 0) runs.push(run);
  }
  return runs;
}

/** Every call of apt in a file, with the RUN it stands in. */
export function aptCalls(_: FactSource, facts: Facts): readonly { run: RunInstruction; call: AptCall }[] {
  return facts
    .get(aptRuns)
    .flatMap(({ run, steps }) => steps.flatMap(({ call }) => (call ? { run, call } : [])));
}

/** From the program's word to the command's: `apt-get -y install`. */
export function callSpan({ invocation, commandWord }: AptCall): Span {
  const { start, end } = invocation.word.span;
  return { start, end: Math.max(end, commandWord?.span.end ?? end) };
}

/** Whether the call only says what it would do. */
export function isSimulated(call: AptCall): boolean {
  return (
    hasOption(call, "simulate", "s") ||
    ["just-print", "dry-run", "recon", "no-act", "print-uris"].some((name) => hasOption(call, name)) ||
    ["help", "version"].some((name) => hasOption(call, name, name[0]))
  );
}

/** Whether a mount of one of the types holds `folder`. */
export function isMounted(run: RunInstruction, folder: string, types: readonly string[]): boolean {
  return run.mounts.some((mount) => types.includes(mount.type) && holdsFolder(mount, folder));
}

function holdsFolder({ target }: Mount, folder: string): boolean {
  // A target that is not known here may be that folder.
  if (target === undefined) return true;
  const path = target.replace(/(?<!\/)\/+$/, "");
  return folder === path || folder.startsWith(`${path}/`);
}

/** Commands that leave nothing behind when their RUN ends. */
const withoutTrace = new Set(["set", "export", "true", ":", "sleep"]);

function readAptRun(run: RunInstruction): AptRun {
  const steps: AptStep[] = [];
  const { invocations } = run.shell;
  let plain = true;
  let directory: string | undefined;
  for (const invocation of invocations) {
    if (invocation.name === "cd") directory = invocation.args[0]?.value ?? undefined;
    const step = readStep(invocation, invocations, directory);
    if (step) steps.push(step);
    plain &&= withoutTrace.has(invocation.name) || isPlainListStep(step);
  }
  return {
    run,
    steps,
    listsMounted: isMounted(run, listsFolder, ["cache", "bind", "tmpfs"]),
    pure: plain && steps.some((step) => step.updates),
  };
}

function isPlainListStep(step: AptStep | undefined): boolean {
  if (!step || step.invocation.context.conditional) return false;
  const deletes = step.deletes !== "no" && !deletesMore(step.invocation);
  return (step.updates && step.uses === "no") || deletes || step.call?.command === "clean";
}

/** Whether an `rm` deletes other things than apt's, too. */
function deletesMore(invocation: Invocation): boolean {
  const paths = rmCall(invocation)?.paths ?? [];
  return paths.some(({ value, prefix }) => !/^\/var\/(?:lib|cache)\/apt/.test(value ?? prefix));
}

function readStep(
  invocation: Invocation,
  all: readonly Invocation[],
  directory: string | undefined,
): AptStep | undefined {
  const call = aptCall(invocation);
  const deletes = deletesLists(invocation, all, directory);
  const read = call ? readCall(call) : deletes !== "no" ? {} : readOther(invocation);
  return read && { ...{ invocation, call, updates: false, mayUpdate: false, uses: "no", deletes }, ...read };
}

function readOther(invocation: Invocation): Partial<AptStep> | undefined {
  if (readsLists(invocation)) return { uses: "certain" };
  if (updatesItself(invocation)) return { mayUpdate: true };
  return mayRunApt(invocation) ? { mayUpdate: true, uses: "maybe" } : undefined;
}

function readCall(call: AptCall): Partial<AptStep> {
  const { command, commandWord, tool } = call;
  if (!command) return commandWord || call.open ? { mayUpdate: true, uses: "maybe" } : {};
  if (command === "update") return { updates: true };
  if (commandsThatNeedLists.has(command)) {
    const updates = tool !== "aptitude" && hasOption(call, "update", "U");
    const certain = !isSimulated(call) && !hasOption(call, "no-download") && !mayBeLocal(call);
    return { updates, uses: certain ? "certain" : "maybe" };
  }
  return ["search", "show", "policy", "depends", "rdepends", "list", "versions"].includes(command)
    ? { uses: "maybe" }
    : {};
}

/** Whether nothing that it installs is known to be a package of a repository. */
function mayBeLocal({ targets, open, invocation }: AptCall): boolean {
  if (targets.length === 0) return open;
  return targets.every((word) => isUnknown(word) || isFile(word, invocation));
}

function isUnknown(word: ShellWord): boolean {
  return word.value === null && word.prefix === "";
}

function isFile(word: ShellWord, { script, node }: Invocation): boolean {
  const text = word.value ?? word.prefix;
  if (/^(\.{0,2}|~)\//.test(text) || text.endsWith(".deb")) return true;
  return (
    node !== undefined && /\.deb["']?$/.test(script.source.text.slice(word.written.pos, word.written.end))
  );
}
