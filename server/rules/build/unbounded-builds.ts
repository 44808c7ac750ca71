import { type PipCall, pipOption } from "../../../core/commands/pip.ts";
import {
  type CompiledPackage,
  cudaBuilds,
  pipTarget,
  setupBuild,
} from "../../../core/cuda/compiled-packages.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { chainFacts } from "../chain-facts.ts";
import { checkouts } from "../cuda/checkouts.ts";
import type { Facts } from "../facts.ts";
import { type Environment, RunEnvironment } from "../pip/pip-cache.ts";
import { pipInstalls } from "../pip/pip-calls.ts";

/** A CUDA extension that is compiled with one compiler a core. */
export interface UnboundedBuild {
  readonly run: RunInstruction;
  readonly invocation: Invocation;
  readonly compiled: CompiledPackage;
  /** The word that names it. */
  readonly span: Span;
}

/** The CUDA extensions that a file compiles and MAX_JOBS does not bound. */
export function* unboundedBuilds(dockerfile: Dockerfile, facts: Facts): Iterable<UnboundedBuild> {
  const calls = facts.get(pipInstalls);
  for (const run of dockerfile.instructions) {
    if (run.kind !== "RUN" || !run.stage) continue;
    const ofRun = calls.get(run);
    if (!ofRun && !dockerfile.text.slice(run.span.start, run.span.end).includes("setup.py")) continue;
    const environment = new RunEnvironment(run);
    for (const invocation of run.shell.invocations) {
      environment.follow(invocation);
      const lookup = environment.of(invocation);
      const folder = () => facts.get(checkouts).nameAt(run, invocation);
      const call = ofRun?.get(invocation);
      const found = call ? buildOf(call, lookup, folder) : buildBySetup(invocation, lookup, folder);
      if (!found || lookup("MAX_JOBS") !== undefined) continue;
      const base = facts.get(chainFacts).at(run.stage);
      if (base.environment.has("MAX_JOBS") || (base.cuda?.flavour ?? "devel") !== "devel") continue;
      yield { run, invocation, ...found };
    }
  }
}

type FoundBuild = Pick<UnboundedBuild, "compiled" | "span">;

function buildOf(
  call: PipCall,
  lookup: Environment,
  folder: () => string | undefined,
): FoundBuild | undefined {
  const build = cudaBuilds(call, lookup, folder).find(({ compiled, word }) =>
    isSure(call, compiled, word.value ?? "", lookup),
  );
  return build && { compiled: build.compiled, span: build.word.span };
}

/** `python setup.py install`, which looks for no wheel. */
function buildBySetup(
  invocation: Invocation,
  lookup: Environment,
  folder: () => string | undefined,
): FoundBuild | undefined {
  const build = setupBuild(invocation, lookup, folder);
  if (!build?.compiled.unbounded) return undefined;
  const withCuda = invocation.args.some(({ value }) => /cuda_ext/.test(value ?? ""));
  if (build.compiled.name === "apex" && !withCuda) return undefined;
  return { compiled: { ...build.compiled, triesWheel: false }, span: build.word.span };
}

/** Whether it is compiled, as far as can be told; a package that looks for a wheel of its own has to be called to build. */
function isSure(call: PipCall, compiled: CompiledPackage, target: string, lookup: Environment): boolean {
  if (!compiled.unbounded) return false;
  const { source } = pipTarget(target);
  // Without this option apex is Python alone.
  if (compiled.name === "apex")
    return call.options.some(({ value }) => /cuda_ext/.test(value ?? "")) || lookup("APEX_CUDA_EXT") === "1";
  if (!compiled.triesWheel || source !== "index") return true;
  return pipOption(call, "no-build-isolation") !== undefined || pipOption(call, "no-binary") !== undefined;
}
