import { commentsIn } from "../../../core/dockerfile/comments-in.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import { insertCommandBefore } from "../../fixes/insert-command.ts";
import { removeCommand, removeInstruction } from "../../fixes/remove.ts";
import { aptCaches, type LateCleanupRemoval } from "../layer/late-cleanups.ts";
import type { Edit, Fix } from "../rule.ts";
import type { AptRun, AptStep } from "./apt-run.ts";
import { cleanUpEdit } from "./clean-up.ts";
import {
  firstWithoutUpdate,
  installWithoutUpdate,
  type ListUse,
  listsLeftBy,
  unusedUpdate,
} from "./list-use.ts";

/** A change that lets every RUN that installs fetch its lists itself. */
export interface JoinedUpdate {
  readonly fix: Fix;
  /** The RUNs that it puts right. */
  readonly members: ReadonlySet<AptRun>;
  /** Whether it takes the `update` that served them out of its RUN. */
  readonly moves: boolean;
}

/** One fix of each finding changes all of them: for more than anyone writes there is none. */
const mostDependents = 100;

/**
 * Gives each dependent of `use` its own `update`, the first of them the one that served them all. Where lists
 * reach the image, each deletes its own; so one that cannot be changed holds back those before it, which would
 * delete what it installs from.
 */
export function joinUpdate(
  dockerfile: Dockerfile,
  use: ListUse,
  shipped: ReadonlySet<Stage>,
  lateRemoval: LateCleanupRemoval,
): JoinedUpdate | undefined {
  const { fetch, dependents, mayBeUsed } = use;
  const first = dependents[0];
  const unused = fetch && !mayBeUsed ? unusedUpdate(fetch) : undefined;
  if (!first || dependents.length > mostDependents) return undefined;
  const removal = fetch && unused && updateRemoval(dockerfile, fetch, unused, first);
  const moved = removal && movedUpdate(dockerfile, fetch, unused, first);
  let { members, edits, all } = ownUpdates(dockerfile, dependents, moved, shipped);
  const moves = removal !== undefined && all;
  if (moves) edits.push(removal);
  // Left alone with lists that nothing uses any more, it would be a mistake of its own.
  else if (all && unused && fetch?.pure) return undefined;
  else if (removal) ({ members, edits } = ownUpdates(dockerfile, dependents, undefined, shipped));
  if (members.length === 0) return undefined;
  const cleaned = new Set([...members, ...(moves && fetch ? [fetch] : [])].map(({ run }) => run));
  edits = [...edits, ...lateRemoval(cleaned, aptCaches)];
  const title =
    members.length > 1
      ? "Run apt-get update in each RUN that installs"
      : moves
        ? "Move the update into the RUN that installs"
        : "Run apt-get update before the install";
  return { fix: { title, automatic: true, edits }, members: new Set(members), moves };
}

/** What each dependent needs; `moved` is the first one's `update`. Only those behind the last that cannot be changed. */
function ownUpdates(
  dockerfile: Dockerfile,
  dependents: readonly AptRun[],
  moved: string | undefined,
  shipped: ReadonlySet<Stage>,
): { members: AptRun[]; edits: Edit[]; all: boolean } {
  const members: AptRun[] = [];
  const edits: Edit[] = [];
  for (const [index, dependent] of dependents.entries()) {
    const own = updateEdits(dockerfile, dependent, index === 0 ? moved : undefined, shipped);
    if (own) {
      members.push(dependent);
      edits.push(...own);
    } else {
      members.length = 0;
      edits.length = 0;
    }
  }
  return { members, edits, all: members.length === dependents.length };
}

/** Takes an `update` out of its RUN, or the RUN away when it does nothing else. */
export function updateRemoval(
  dockerfile: Dockerfile,
  aptRun: AptRun,
  update: AptStep,
  target?: AptRun,
): Edit | undefined {
  const { run, pure } = aptRun;
  if (run.form === "exec") return undefined;
  // `--network=host`, a secret's mount: what it fetched with, it would have to do without.
  if (
    run.flags.length > 0 &&
    target &&
    writtenFlags(dockerfile, run) !== writtenFlags(dockerfile, target.run)
  )
    return undefined;
  const inside = commentsIn(dockerfile.comments, run.span);
  if ([...run.commentsAbove, ...inside].some(({ text }) => /lab-images\s+ignore=/.test(text)))
    return undefined;
  if (!pure) {
    // Of two in a row the other would be the one that nothing uses.
    const others = { ...aptRun, steps: aptRun.steps.filter((step) => step !== update) };
    return unusedUpdate(others) ? undefined : removeCommand(dockerfile, run, update.invocation);
  }
  return inside.length > 0 ? undefined : removeInstruction(dockerfile, run);
}

function writtenFlags(dockerfile: Dockerfile, run: RunInstruction): string {
  return run.flags.map(({ span }) => dockerfile.text.slice(span.start, span.end)).join(" ");
}

function updateEdits(
  dockerfile: Dockerfile,
  dependent: AptRun,
  moved: string | undefined,
  shipped: ReadonlySet<Stage>,
): Edit[] | undefined {
  const step = firstWithoutUpdate(dependent);
  if (!step || !installWithoutUpdate(dependent)) return undefined;
  const { invocation } = step;
  const sudo = invocation.through.includes("sudo") ? "sudo " : "";
  const several = dependent.steps.filter(({ uses }) => uses !== "no").length > 1;
  const update = insertCommandBefore(
    dockerfile,
    invocation,
    moved ?? `${sudo}apt-get update`,
    several && invocation.context.conditional,
  );
  if (!update) return undefined;
  const { stage } = dependent.run;
  const joined = withUpdate(dependent, step);
  if (!stage || !shipped.has(stage) || !listsLeftBy(joined)) return [update];
  const cleanUp = cleanUpEdit(dockerfile, joined, invocation);
  return cleanUp && [update, cleanUp];
}

/** The RUN as it is with an `update` before `step`. */
function withUpdate(run: AptRun, step: AptStep): AptRun {
  const update: AptStep = { ...step, call: undefined, updates: true, uses: "no" };
  const at = run.steps.indexOf(step);
  return { ...run, steps: [...run.steps.slice(0, at), update, ...run.steps.slice(at)] };
}

/** The `update` as its author wrote it, for the RUN that it moves to; undefined where it cannot be taken as it is. */
function movedUpdate(
  dockerfile: Dockerfile,
  fetch: AptRun,
  { invocation }: AptStep,
  target: AptRun,
): string | undefined {
  const { node, script } = invocation;
  if (!node || fetch.run.stage !== target.run.stage) return undefined;
  const written = script.source.text.slice(node.pos, node.end);
  const quoted = /["'\\]/.test(written);
  if (written.includes("\n") || (quoted && /\s{2}/.test(written))) return undefined;
  const text = written.replace(/\s+/g, " ");
  const userChanges = dockerfile.instructions
    .slice(fetch.run.index, target.run.index)
    .some(({ keyword }) => keyword === "USER");
  const withSudo = firstWithoutUpdate(target)?.invocation.through.includes("sudo");
  return userChanges && withSudo && !invocation.through.includes("sudo") ? `sudo ${text}` : text;
}
