import { aptCall, commandsThatNeedLists } from "../../../core/commands/apt.ts";
import { rmCall } from "../../../core/commands/rm.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { appendCommands } from "../../fixes/append-commands.ts";
import { endsScript } from "../../fixes/ends-script.ts";
import type { Edit } from "../rule.ts";
import { deletesMore, isOpaque } from "./cache-events.ts";
import type { CacheLeft, LateCleanup } from "./find-late-cleanups.ts";
import { removeCleanup } from "./remove-cleanup.ts";

/** A clean-up moved to where it belongs. */
export interface Move {
  /** The RUNs that it is moved into. */
  readonly into: readonly RunInstruction[];
  readonly edits: readonly Edit[];
  /** Whether it deletes over there all that it deletes now. */
  readonly same: boolean;
}

/**
 * Moves the words that come too late into the last RUN that made what they delete: the same command, as it is
 * written, and what else it deletes stays. Undefined where it would do something else there, or fail.
 */
export function moveCleanup(dockerfile: Dockerfile, cleanup: LateCleanup): Move | undefined {
  const { run, invocation, late } = cleanup;
  const words = new Map<RunInstruction, ShellWord[]>();
  let same = true;
  for (const { cleaned, left } of late) {
    const into = target(left);
    if (!into || !canMove(dockerfile, cleanup, into, left)) return undefined;
    const made = left.map((each) => each.made);
    if (deletesMore(cleaned, made) && mayFillBetween(dockerfile, into, run, invocation)) same = false;
    words.set(into, [...(words.get(into) ?? []), cleaned.word]);
  }
  const edits: Edit[] = [];
  for (const [into, moved] of words) {
    const command = commandFor(invocation, moved);
    const edit = command && appendCommands(dockerfile, into, [command]);
    if (!edit) return undefined;
    edits.push(edit);
  }
  const removal = removeCleanup(dockerfile, run, invocation, [...words.values()].flat());
  return removal && { into: [...words.keys()], edits: [...edits, ...removal], same };
}

/** The last RUN that made it; undefined where one path holds caches that different RUNs made. */
function target(left: readonly CacheLeft[]): RunInstruction | undefined {
  const last = new Map(left.map(({ run, made }) => [made.cache, run]));
  return new Set(last.values()).size === 1 ? left.at(-1)!.run : undefined;
}

function canMove(
  dockerfile: Dockerfile,
  { run, invocation, place }: LateCleanup,
  into: RunInstruction,
  left: readonly CacheLeft[],
): boolean {
  if (into.stage !== run.stage || into.onbuild !== run.onbuild) return false;
  if (left.at(-1)?.place.user !== place.user) return false;
  if (into.shell.invocations.some(endsScript)) return false;
  // A program that the RUN has not called under this name may not be on its PATH.
  const makers = left.filter((each) => each.run === into).map(({ made }) => made.invocation);
  const system = invocation.name === "rm" || aptCall(invocation) !== undefined;
  const program = invocation.word.value;
  const same = (name: string | null) =>
    name !== null && (name === program || twins.has(`${name} ${program}`));
  if (!system && !makers.some(({ word }) => same(word.value))) return false;
  const lists = left.some(({ made }) => made.cache === "apt-lists");
  return !lists || !listsNeeded(dockerfile, into, run, invocation);
}

/** Whether anything behind a RUN and in front of a later clean-up may put something of its own into a folder. */
function mayFillBetween(
  dockerfile: Dockerfile,
  into: RunInstruction,
  run: RunInstruction,
  until: Invocation,
): boolean {
  const between = dockerfile.instructions.slice(into.index + 1, run.index);
  if (between.some(({ kind }) => kind === "RUN" || kind === "COPY" || kind === "ADD")) return true;
  const { invocations } = run.shell;
  return invocations
    .slice(0, invocations.indexOf(until))
    .some(({ name, args }) => name !== "rm" && !args.some(({ value }) => value === "clean"));
}

/** Programs that come together: who has called the first can call the second. */
const twins: ReadonlySet<string> = new Set(["mamba conda", "dnf yum", "yum dnf"]);

/** Whether a command between the two reads the package lists that would be gone. */
function listsNeeded(
  dockerfile: Dockerfile,
  into: RunInstruction,
  run: RunInstruction,
  until: Invocation,
): boolean {
  for (let at = into.index + 1; at <= run.index; at++) {
    const each = dockerfile.instructions[at]!;
    if (each.kind !== "RUN" || each.stage !== run.stage) continue;
    let updated = false;
    for (const invocation of each.shell.invocations) {
      if (invocation === until) break;
      const command = aptCall(invocation)?.command;
      if (command === "update" && !invocation.context.conditional) updated = true;
      const reads = commandsThatNeedLists.has(command ?? "") || listReaders.has(invocation.name);
      if ((reads && !updated) || isOpaque(invocation)) return true;
    }
  }
  return false;
}

const listReaders: ReadonlySet<string> = new Set([
  "apt-cache",
  "apt-file",
  "gdebi",
  "rosdep",
  "mk-build-deps",
]);

/** The command with only those of its words, as it is written; undefined where a variable may differ over there. */
function commandFor(invocation: Invocation, words: readonly ShellWord[]): string | undefined {
  const { node, script, args } = invocation;
  if (!node) {
    const argv = [invocation.word, ...args].map(({ value }) => value ?? "");
    return argv.every((word) => /^[\w./@%+=:,-]+$/.test(word)) ? argv.join(" ") : undefined;
  }
  const text = script.source.text;
  const paths = rmCall(invocation)?.paths ?? [];
  const kept = paths.filter((path) => !words.includes(path));
  let command = "";
  if (kept.length === 0) command = text.slice(node.pos, node.end);
  else {
    const start = Math.min(...paths.map(({ written }) => written.pos));
    const end = Math.max(...args.map(({ written }) => written.end));
    if (end !== node.end || paths.some(({ substituted }) => substituted)) return undefined;
    const behind = args.filter((word) => word.written.pos > start && !paths.includes(word));
    if (behind.length > 0) return undefined;
    const moved = words.map(({ written }) => text.slice(written.pos, written.end));
    command = text.slice(node.pos, start) + moved.join(" ");
  }
  command = command.replace(/\s+/g, " ").trim();
  return /[$`]/.test(command.replace(/\$(HOME\b|\{HOME\})/g, "")) ? undefined : command;
}
