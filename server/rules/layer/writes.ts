import { pipCall } from "../../../core/commands/pip.ts";
import { resolveDockerWord } from "../../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { type Instruction, lookupAt, type RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { contains, instructionPath, type Place, shellPath } from "./place.ts";

/** Programs that write to places of their own, whatever directory they are started in. */
const elsewhere: ReadonlySet<string> = new Set([
  "apt-get",
  "apt",
  "conda",
  "mamba",
  "useradd",
  "adduser",
  "usermod",
  "groupadd",
  "addgroup",
  "passwd",
  "chpasswd",
  "locale-gen",
  "update-alternatives",
  "ldconfig",
  "set",
  "export",
  "true",
]);

/**
 * Whether a RUN may put files into `directory`: it names it, or runs in it something that is not known to write
 * elsewhere. Looks at the commands in front of `until` only, when given.
 */
export function mayWriteIn(
  run: RunInstruction,
  place: Place,
  directory: string,
  until?: Invocation,
): boolean {
  const { main, invocations } = run.shell;
  if (!main && invocations.length === 0) return true;
  const redirected = (main?.source.text ?? "").split(">").slice(1);
  if (redirected.some((behind) => behind.trimStart().split(/\s/)[0]!.includes(directory))) return true;
  const steps = workdirs(run, place);
  for (const invocation of invocations) {
    if (invocation === until) return false;
    const workdir = steps.get(invocation) ?? null;
    const here = { ...place, workdir };
    if (/^(chmod|chown|chgrp|cd|pushd|popd)$/.test(invocation.name)) continue;
    if (makesItself(invocation, here, directory)) continue;
    if (writes(invocation, here, directory)) return true;
  }
  return false;
}

/** Whether a RUN makes the directory itself with `mkdir`. */
export function makesDirectory(run: RunInstruction, place: Place, directory: string): boolean {
  const steps = workdirs(run, place);
  return run.shell.invocations.some((invocation) =>
    makesItself(invocation, { ...place, workdir: steps.get(invocation) ?? null }, directory),
  );
}

/** The directory in which each command runs: what WORKDIR and `cd` in front of it say; `null` when not known. */
export function workdirs(run: RunInstruction, place: Place): ReadonlyMap<Invocation, string | null> {
  const found = new Map<Invocation, string | null>();
  let workdir = place.workdir;
  for (const invocation of run.shell.invocations) {
    found.set(invocation, workdir);
    const { name, args, context } = invocation;
    if (name !== "cd" && name !== "pushd" && name !== "popd") continue;
    const [to] = args;
    const certain = name === "cd" && to && !context.subshell && !context.conditional;
    workdir = (certain && shellPath(invocation, to, place, workdir)) || null;
  }
  return found;
}

/** The directory that a WORKDIR makes and goes to; `null` when it cannot be known, undefined for another instruction. */
export function workdirMade(
  dockerfile: Dockerfile,
  instruction: Instruction,
  place: Place,
): string | null | undefined {
  if (instruction.keyword !== "WORKDIR") return undefined;
  const raw = instruction.rest.text.trim();
  const value = resolveDockerWord(raw, dockerfile.escape, lookupAt(instruction));
  return instructionPath(dockerfile, instruction, { raw, value, span: instruction.span }, place.workdir);
}

function writes(invocation: Invocation, place: Place, directory: string): boolean {
  const { workdir } = place;
  const pip = pipCall(invocation);
  if (pip) {
    const local = pip.targets.some(({ value }) => value === null || /^\.|\//.test(value));
    return local || pip.options.some(({ name }) => ["editable", "target", "prefix", "src"].includes(name));
  }
  if (invocation.args.some(({ value }) => value !== null && names(value, directory, workdir))) return true;
  if (elsewhere.has(invocation.name)) return false;
  if (invocation.args.some(({ value }) => value === null)) return true;
  return (
    workdir !== null && workdir !== "/" && (contains(directory, workdir) || contains(workdir, directory))
  );
}

/** Whether a word names the directory, something in it, or (relative to nobody knows what) may. */
function names(text: string, directory: string, workdir: string | null): boolean {
  if (text.includes(directory)) return true;
  if (text === "" || /^[-/~]/.test(text)) return false;
  const [first] = text.replace(/^(\.\/)+/, "").split("/");
  if (workdir === null) return directory.split("/").includes(first ?? "");
  return contains(directory, `${workdir === "/" ? "" : workdir}/${first}`);
}

/** `mkdir -p /app`: makes the directory, and nothing in it. */
function makesItself(invocation: Invocation, place: Place, directory: string): boolean {
  if (invocation.name !== "mkdir") return false;
  const paths = invocation.args
    .filter(({ value, prefix }) => value === null || !prefix.startsWith("-"))
    .map((word) => shellPath(invocation, word, place, place.workdir));
  if (!paths.includes(directory)) return false;
  return paths.every((path) => path !== undefined && (path === directory || !contains(directory, path)));
}
