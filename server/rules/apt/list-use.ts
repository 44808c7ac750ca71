import type { AptCall } from "../../../core/commands/apt.ts";
import type { Stage } from "../../../core/dockerfile/instruction.ts";
import type { FactSource, Facts } from "../facts.ts";
import { type AptRun, type AptStep, aptRuns } from "./apt-run.ts";
import { mayBeInstallScript, updatesItself } from "./unseen-apt.ts";

/** What one fetch of the lists is for. */
export interface ListUse {
  /** The RUN that fetched them and left them; undefined where no RUN of the file did. */
  readonly fetch: AptRun | undefined;
  /** Later RUNs, also of stages that build on this one, that read them and fetch none first. */
  readonly dependents: AptRun[];
  /** Whether a RUN before those may read them too, in a script that is not seen. */
  mayBeUsed: boolean;
  /** Whether such a script is one that installs packages, by its look. */
  mayBeInstalledFrom: boolean;
}

/** Who uses whose package lists along the stages of a file. */
export interface ListUses {
  /** The use of the lists that a RUN leaves. */
  of(run: AptRun): ListUse | undefined;
  /** The use that a RUN is one of the dependents of. */
  dependedOnBy(run: AptRun): ListUse | undefined;
}

/** Follows the package lists from RUN to RUN and from stage to stage. */
export function listUses({ dockerfile }: FactSource, facts: Facts): ListUses {
  const runs = facts.get(aptRuns);
  const opened = new Map<AptRun, ListUse>();
  const depended = new Map<AptRun, ListUse>();
  const atEnd = new Map<Stage, ListUse>();
  const byStage = new Map<Stage | undefined, AptRun[]>();
  for (const run of runs) {
    const known = byStage.get(run.run.stage);
    if (known) known.push(run);
    else byStage.set(run.run.stage, [run]);
  }
  for (const stage of dockerfile.stages) {
    let current = (stage.parent && atEnd.get(stage.parent)) ?? newUse(undefined);
    for (const run of inOrderOfRunning(byStage.get(stage) ?? [])) {
      if (run.listsMounted) continue;
      if (firstWithoutUpdate(run)) {
        current.dependents.push(run);
        depended.set(run, current);
      } else if (current.dependents.length === 0) {
        const unseen = run.steps.filter((step, at) => step.uses === "maybe" && !isCovered(run, at));
        current.mayBeUsed ||= unseen.length > 0;
        current.mayBeInstalledFrom ||= unseen.some(
          ({ call, invocation }) => call !== undefined || mayBeInstallScript(invocation),
        );
      }
      if (listsLeftBy(run)) {
        current = newUse(run);
        opened.set(run, current);
      } else if (run.steps.some(({ updates, deletes }) => updates || deletes !== "no")) {
        current = newUse(undefined);
      }
    }
    atEnd.set(stage, current);
  }
  return { of: (run) => opened.get(run), dependedOnBy: (run) => depended.get(run) };
}

/** The first command of a RUN that reads the lists and has no `update` before it. */
export function firstWithoutUpdate(run: AptRun): AptStep | undefined {
  if (run.listsMounted) return undefined;
  return run.steps.find((step, at) => step.uses === "certain" && !isCovered(run, at));
}

/** The first call of apt in a RUN that installs or upgrades and has no `update` before it. */
export function installWithoutUpdate(run: AptRun): AptCall | undefined {
  if (run.listsMounted) return undefined;
  return run.steps.find(({ uses, call }, at) => call && uses === "certain" && !isCovered(run, at))?.call;
}

/** A RUN's last `update`, when nothing behind it can use what it fetched. */
export function unusedUpdate(run: AptRun): AptStep | undefined {
  if (run.listsMounted) return undefined;
  const { steps } = run;
  const at = steps.findLastIndex((step) => step.updates && step.uses === "no");
  const update = steps[at];
  if (!update || update.invocation.context.inFunction) return undefined;
  const used = steps.some(
    (step, index) => step.uses !== "no" && (index > at || step.invocation.context.inFunction),
  );
  return used ? undefined : update;
}

/** The `update` whose lists are still there when the RUN ends. */
export function listsLeftBy(run: AptRun): AptStep | undefined {
  if (run.listsMounted) return undefined;
  const { steps } = run;
  if (steps.some(({ deletes }) => deletes === "always")) return undefined;
  const last = steps.findLastIndex(fetchesToDefault);
  if (last < 0) return undefined;
  const lastInstall = steps.findLastIndex(({ call, uses }) => call && uses === "certain");
  const lastDeletion = steps.findLastIndex(({ deletes }) => deletes !== "no");
  if (lastDeletion > Math.max(last, lastInstall)) return undefined;
  const deletionBefore = steps.slice(0, last).findLastIndex(({ deletes }) => deletes !== "no");
  return steps.find((step, at) => at > deletionBefore && fetchesToDefault(step));
}

/**
 * The `add-apt-repository` whose lists are still there when the RUN ends, which installs from them: one that fetches them
 * itself, as from Ubuntu 18.04 on.
 */
export function listsLeftByRepository(run: AptRun): AptStep | undefined {
  const { steps } = run;
  if (run.listsMounted || steps.some(({ deletes }) => deletes === "always")) return undefined;
  const at = steps.findLastIndex(
    ({ invocation }) =>
      updatesItself(invocation) && !invocation.context.conditional && !invocation.context.inFunction,
  );
  const behind = at < 0 ? [] : steps.slice(at + 1);
  const installs = behind.some(({ call, uses }) => call && uses === "certain");
  return installs && behind.every(({ deletes }) => deletes === "no") ? steps[at] : undefined;
}

function fetchesToDefault({ updates, call }: AptStep): boolean {
  return updates && !call?.settings.has("dir::state::lists") && !call?.settings.has("dir::state");
}

function isCovered(run: AptRun, at: number): boolean {
  const { steps } = run;
  const step = steps[at]!;
  const fetches = (each: AptStep) => each.updates || each.mayUpdate;
  if (step.updates || steps.slice(0, at).some(fetches)) return true;
  if (step.invocation.context.inFunction && steps.some(fetches)) return true;
  // `install || (update && install)`, `until install; do update; done`: the update comes when it is needed.
  return steps.slice(at + 1).some((each) => each.updates && each.invocation.context.conditional);
}

/** The bodies of ONBUILD run after everything else, in the images built on the stage. */
function inOrderOfRunning(runs: readonly AptRun[]): AptRun[] {
  return [...runs.filter(({ run }) => !run.onbuild), ...runs.filter(({ run }) => run.onbuild)];
}

function newUse(fetch: AptRun | undefined): ListUse {
  return { fetch, dependents: [], mayBeUsed: false, mayBeInstalledFrom: false };
}
