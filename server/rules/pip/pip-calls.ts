import { type PipCall, pipCall } from "../../../core/commands/pip.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { FactSource, Facts } from "../facts.ts";

/** What is read of a RUN's commands, by the command; only RUNs that have one are there. */
export type ByRun<T> = ReadonlyMap<RunInstruction, ReadonlyMap<Invocation, T>>;

/** The calls of pip in a file; those of `uv pip` are none. */
export function pipCalls({ dockerfile }: FactSource): ByRun<PipCall> {
  const all = new Map<RunInstruction, Map<Invocation, PipCall>>();
  for (const run of dockerfile.instructions) {
    if (run.kind !== "RUN") continue;
    for (const invocation of run.shell.invocations) {
      const call = pipCall(invocation);
      if (call) put(all, run, invocation, call);
    }
  }
  return all;
}

/** The calls of pip, and of `uv pip`, that install or fetch packages. */
export function pipInstalls({ dockerfile }: FactSource, facts: Facts): ByRun<PipCall> {
  const calls = facts.get(pipCalls);
  const all = new Map<RunInstruction, Map<Invocation, PipCall>>();
  for (const run of dockerfile.instructions) {
    if (run.kind !== "RUN") continue;
    const ofPip = calls.get(run);
    for (const invocation of run.shell.invocations) {
      const call = ofPip?.get(invocation) ?? uvPip(invocation);
      if (call && isInstall(call)) put(all, run, invocation, call);
    }
  }
  return all;
}

/** Reads an invocation as an install by pip or `uv pip`, or what fetches as they do; undefined for any other. */
export function pipInstallOf(invocation: Invocation): PipCall | undefined {
  const call = uvPip(invocation) ?? pipCall(invocation);
  return call && isInstall(call) ? call : undefined;
}

function uvPip(invocation: Invocation): PipCall | undefined {
  if (invocation.name !== "uv") return undefined;
  const [word, ...args] = invocation.args;
  return word?.value === "pip" ? pipCall({ ...invocation, name: "pip", word, args }) : undefined;
}

function isInstall({ command }: PipCall): boolean {
  return command === "install" || command === "download" || command === "wheel";
}

function put<T>(
  all: Map<RunInstruction, Map<Invocation, T>>,
  run: RunInstruction,
  invocation: Invocation,
  value: T,
): void {
  const known = all.get(run);
  if (known) known.set(invocation, value);
  else all.set(run, new Map([[invocation, value]]));
}
