import type { PipCall } from "../../../core/commands/pip.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { type CachePlace, cacheBelowHome, isMounted, isRemovedAfter } from "../cache-place.ts";
import type { FactSource, Facts } from "../facts.ts";
import type { Fix } from "../rule.ts";
import {
  configuredFrom,
  type Environment,
  emptiesCache,
  pipConfigured,
  RunEnvironment,
} from "./pip-cache.ts";
import { pipCalls } from "./pip-calls.ts";

/** A call of pip that leaves its cache in a layer of the image. */
export interface CacheLeft {
  readonly call: PipCall;
  /** The folder, where an ENV names the one that jobs keep their cache in too; undefined for any other place. */
  readonly ofJobs: string | undefined;
}

/** The calls of pip that leave their cache in a layer that is shipped, in order. */
export function cachesLeft({ dockerfile }: FactSource, facts: Facts): CacheLeft[] {
  const shipped = shippedStages(dockerfile);
  const configured = facts.get(pipConfigured);
  const left: CacheLeft[] = [];
  for (const [run, calls] of facts.get(pipCalls)) {
    if (!run.stage || !shipped.has(run.stage) || configured.has(run)) continue;
    const ofJobs = jobsCache(dockerfile, run);
    for (const { call, place } of leftBy(dockerfile, run, calls))
      left.push({ call, ofJobs: place.path === ofJobs ? ofJobs : undefined });
  }
  return left;
}

/** Folders that are no job's cache: new in each job, or mounted while the image is built. */
export const shortLived = /^\/(dev|root|tmp|var\/tmp)(\/|$)/;

/** The folder that ENV names at a RUN, and still does in the finished image. */
function jobsCache({ stages }: Dockerfile, { stage, index }: RunInstruction): string | undefined {
  const here = stage?.variables.environment("PIP_CACHE_DIR", index);
  const inJobs = stages.at(-1)?.variables.environment("PIP_CACHE_DIR");
  return here && here === inJobs && here.startsWith("/") && !shortLived.test(here) ? here : undefined;
}

function* leftBy(
  dockerfile: Dockerfile,
  run: RunInstruction,
  calls: ReadonlyMap<Invocation, PipCall>,
): Iterable<{ readonly call: PipCall; readonly place: CachePlace }> {
  const { invocations } = run.shell;
  const emptied = invocations.findLastIndex((each) => {
    const call = calls.get(each);
    return call && emptiesCache(call);
  });
  const configured = configuredFrom(dockerfile.text, run, calls) ?? Number.POSITIVE_INFINITY;
  const environment = new RunEnvironment(run);
  for (const [index, invocation] of invocations.entries()) {
    environment.follow(invocation);
    const call = calls.get(invocation);
    if (!call || call.open || !fillsCache(call) || index < emptied) continue;
    if (call.span.start >= configured) continue;
    const place = cachePlace(call, environment.of(invocation));
    if (!place || isMounted(dockerfile, run, place) || isRemovedAfter(run, index, place)) continue;
    yield { call, place };
  }
}

/** Keeps the call from writing a cache. */
export function withoutCache(call: PipCall): readonly Fix[] {
  // The last of the two options counts, so `--no-cache-dir` has to stand behind a `--cache-dir`.
  const place = call.options.findLast(({ name }) => name === "cache-dir")?.valueWord;
  const command = call.commandWord!;
  const after = place && place.span.start > command.span.start ? place : command;
  const edit = mayInsert(call) ? insertWords(call.invocation, after, ["--no-cache-dir"]) : undefined;
  return edit ? [{ title: "Add --no-cache-dir", automatic: true, edits: [edit] }] : [];
}

/** In a nested script a variable's text may hold more commands than the one that was read from it. */
function mayInsert({ commandWord, invocation }: PipCall): boolean {
  return !(commandWord!.substituted && invocation.script.depth > 0);
}

const commands = new Set(["install", "download", "wheel"]);
const withoutEffect = new Set(["dry-run", "help", "version"]);
const sources = new Set(["editable", "group", "requirement", "requirements-from-script"]);

function fillsCache({ command, options, targets }: PipCall): boolean {
  if (command === undefined || !commands.has(command)) return false;
  if (options.some(({ name }) => withoutEffect.has(name))) return false;
  return targets.length > 0 || options.some(({ name }) => sources.has(name));
}

/** `.cache` and `.cache/pip` of any home, and the homes themselves. */
const usual = /(^|\/)\.cache(\/pip)?$|^~$|^\/root$|^\/home(\/[^/]+)?$|^\/$/;

/** Where the call's cache lies; undefined when it has none, or configuration that is not known here decides. */
function cachePlace(call: PipCall, environment: Environment): CachePlace | undefined {
  const option = call.options.findLast(({ name }) => name === "no-cache-dir" || name === "cache-dir");
  if (option?.name === "no-cache-dir") return undefined;
  if (option) return option.value === "" ? undefined : { path: option.value ?? null, usual };
  // pip takes any value for a yes, "0" and "false" too.
  if (environment("PIP_NO_CACHE_DIR") !== undefined) return undefined;
  const file = environment("PIP_CONFIG_FILE");
  if (file !== undefined && file !== "" && file !== "/dev/null") return undefined;
  return cacheBelowHome(environment, "PIP_CACHE_DIR", "pip", usual);
}
