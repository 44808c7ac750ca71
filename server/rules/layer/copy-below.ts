import { posix } from "node:path";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { CopyInstruction, RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { removeInstruction } from "../../fixes/remove.ts";
import { pipInstallOf } from "../pip/pip-calls.ts";
import type { Edit } from "../rule.ts";
import { type DependencyInstall, dependencyInstall } from "./dependency-install.ts";
import { contains, instructionPath, type Places, shellPath } from "./place.ts";
import { workdirs } from "./writes.ts";

/**
 * Puts a COPY of everything behind the installs that follow it, and a COPY of the files that they read in its place.
 * Undefined where an install, or what stands between, may need more of what was copied.
 */
export function copyBelow(
  dockerfile: Dockerfile,
  places: Places,
  stage: Stage,
  copy: CopyInstruction,
): Edit[] | undefined {
  const [source, ...others] = copy.sources;
  const written = copy.destination?.value;
  if (!source || others.length > 0 || !/^\.\/?$/.test(source.raw) || !written || copy.heredocs.length > 0)
    return undefined;
  const text = dockerfile.text.slice(copy.span.start, copy.span.end);
  if (text.includes("\n")) return undefined;
  const files: string[] = [];
  let last: RunInstruction | undefined;
  let moved = false;
  let open = true;
  for (const each of stage.instructions) {
    if (each.index <= copy.index) continue;
    const runs = each.kind === "RUN" ? installsIn(each) : undefined;
    if (open && each.kind === "RUN" && runs?.only) {
      for (const install of runs.installs) {
        const read = filesOf(dockerfile, places, copy, each, install, moved);
        if (!read) return undefined;
        files.push(...read);
      }
      last = each;
    } else if (each.kind === "RUN" && runs!.installs.length > 0) return undefined;
    else if (each.keyword === "WORKDIR") moved ||= last === undefined || !each.onbuild;
    else if (!/^(?:ENV|ARG|LABEL|EXPOSE|STOPSIGNAL)$/.test(each.keyword)) open = false;
    if (moved && !written.startsWith("/") && open && last === undefined) return undefined;
  }
  if (!last) return undefined;
  return edits(dockerfile, copy, text, [...new Set(files)], last);
}

/** Commands that go well with an install. */
const harmless = /^(?:set|rm|export|true|:|echo|ldconfig)$/;

function installsIn(run: RunInstruction): { installs: DependencyInstall[]; only: boolean } {
  const installs: DependencyInstall[] = [];
  let only = run.shell.main !== undefined && !run.onbuild && run.mounts.length === 0;
  for (const invocation of run.shell.invocations) {
    const install = dependencyInstall(invocation, pipInstallOf(invocation));
    if (install) installs.push(install);
    if (install ? !install.complete : !isHarmless(invocation.name, invocation.args)) only = false;
  }
  return { installs, only: only && installs.length > 0 };
}

function isHarmless(name: string, args: readonly ShellWord[]): boolean {
  if (harmless.test(name)) return true;
  const text = args.map(({ value }) => value).join(" ");
  if (name === "apt-get" || name === "apt") return /\b(?:update|clean|autoremove)\b/.test(text);
  if (name === "conda" || name === "mamba" || name === "micromamba") return /^clean\b/.test(text);
  return (
    /^pip3?$|^python3?$/.test(name) &&
    /^(?:-m pip )?install (?:.* )?(?:--upgrade|-U) (?:pip|setuptools|wheel| )+$/.test(text)
  );
}

/** The files of the context that an install reads, as paths in the context. */
function filesOf(
  dockerfile: Dockerfile,
  places: Places,
  copy: CopyInstruction,
  run: RunInstruction,
  { invocation, files }: DependencyInstall,
  moved: boolean,
): string[] | undefined {
  const place = places.of(run);
  const destination = instructionPath(dockerfile, copy, copy.destination!, places.of(copy).workdir);
  const workdir = workdirs(run, place).get(invocation) ?? null;
  const found: string[] = [];
  for (const word of files) {
    if (word.value === null || /^https?:/.test(word.value)) return undefined;
    const path = shellPath(invocation, word, place, workdir);
    let relative: string | undefined;
    if (destination !== null && path !== undefined && path !== destination && contains(destination, path))
      relative = posix.relative(destination, path);
    else if (
      destination === null &&
      !moved &&
      /^\.\/?$/.test(copy.destination!.raw) &&
      isPlain(run, word.value)
    )
      relative = posix.normalize(word.value);
    if (relative === undefined || !/^[\w./+-]+$/.test(relative)) return undefined;
    found.push(relative);
  }
  return found;
}

/** Whether a path is below the directory in which the RUN starts, wherever that is. */
function isPlain(run: RunInstruction, path: string): boolean {
  return (
    !/^[/~]|\.\./.test(path) && !run.shell.invocations.some(({ name }) => name === "cd" || name === "pushd")
  );
}

function edits(
  dockerfile: Dockerfile,
  copy: CopyInstruction,
  text: string,
  files: readonly string[],
  last: RunInstruction,
): Edit[] {
  const { lines, lineEnd } = dockerfile;
  const folder = copy.destination!.raw.replace(/\/?$/, "/");
  const prefix = dockerfile.text.slice(copy.span.start, copy.rest.toSource(0));
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const of = posix.dirname(file);
    byFolder.set(of, [...(byFolder.get(of) ?? []), file]);
  }
  const copies = [...byFolder].map(
    ([of, names]) => `${prefix}${names.join(" ")} ${folder}${of === "." ? "" : `${of}/`}`,
  );
  const at = lines.lineStart(lines.lineAt(Math.max(last.span.start, last.span.end - 1)) + 1);
  const gap = at > 0 && dockerfile.text[at - 1] !== "\n" ? lineEnd : "";
  const behind: Edit = { span: { start: at, end: at }, newText: `${gap}${text}${lineEnd}` };
  if (copies.length === 0) return [removeInstruction(dockerfile, copy), behind];
  return [{ span: copy.span, newText: copies.join(lineEnd) }, behind];
}
