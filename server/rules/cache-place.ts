import { rmCall } from "../../core/commands/rm.ts";
import { variableReferences } from "../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { lookupAt, type Mount, type RunInstruction } from "../../core/dockerfile/instruction.ts";
import type { ShellWord } from "../../core/dockerfile/shell/shell-word.ts";

/** Where a program keeps its cache. */
export interface CachePlace {
  /** Undefined where nothing says otherwise and {@link usual} holds; `null` when it was set to something unknown. */
  readonly path: string | null | undefined;
  /** The ends of the paths at which the cache lies by default, and of the folders around it. */
  readonly usual: RegExp;
}

/** The place of a cache below the user's home, unless `variable` or `XDG_CACHE_HOME` says otherwise. */
export function cacheBelowHome(
  environment: (name: string) => string | null | undefined,
  variable: string,
  name: string,
  usual: RegExp,
): CachePlace {
  const set = environment(variable);
  if (set !== undefined && set !== "") return { path: set, usual };
  const base = environment("XDG_CACHE_HOME");
  if (base !== undefined && base !== "") return { path: base && `${base}/${name}`, usual };
  const home = environment("HOME");
  return { path: home ? `${home}/.cache/${name}` : (home ?? undefined), usual };
}

/** Whether what a RUN writes to the place stays out of its layer: in a mount, or in what Docker mounts on `/dev`. */
export function isMounted(dockerfile: Dockerfile, run: RunInstruction, place: CachePlace): boolean {
  if (place.path?.startsWith("/dev/")) return true;
  return run.mounts.some((mount) => {
    if (mount.type === "secret" || mount.type === "ssh") return false;
    const path = mountPath(dockerfile, run, mount);
    return path === undefined ? false : covers(path, place);
  });
}

/** Whether one of the RUN's commands behind the one at `index` removes the place. */
export function isRemovedAfter(run: RunInstruction, index: number, place: CachePlace): boolean {
  return run.shell.invocations.slice(index + 1).some((invocation) => {
    const call = rmCall(invocation);
    return call?.recursive === true && call.paths.some((word) => removes(word, place));
  });
}

/** Where a mount lies; `null` when a variable in it has no known value, undefined when it is not given. */
function mountPath(dockerfile: Dockerfile, run: RunInstruction, mount: Mount): string | null | undefined {
  const { options } = mount;
  const written = options.get("target") ?? options.get("dst") ?? options.get("destination");
  if (written === undefined) return undefined;
  const lookup = lookupAt(run);
  const known = variableReferences(written, dockerfile.escape).every(({ name }) => lookup(name) != null);
  return known && mount.target !== undefined ? tidy(mount.target) : null;
}

function removes(word: ShellWord, place: CachePlace): boolean {
  if (word.value === null && word.suffix === "") return place.path === null;
  // Of `$HOME/.cache` only the end is certain: it stands for some home, as `~` does.
  const path = word.value ?? `~${word.suffix}`;
  const braces = /^(.*)\{([^{}]*)\}(.*)$/.exec(path);
  const all = braces ? braces[2]!.split(",").map((each) => braces[1]! + each + braces[3]!) : [path];
  return all.some((each) => covers(tidy(each), place));
}

/** Whether `outer` is the place or a folder around it; a folder that is not known may be. */
function covers(outer: string | null, { path, usual }: CachePlace): boolean {
  if (outer === null || path === null) return true;
  if (path === undefined) return usual.test(outer);
  if (!outer.startsWith("/") && usual.test(outer)) return usual.test(path);
  return outer === path || path.startsWith(outer === "/" ? outer : `${outer}/`);
}

function tidy(path: string): string {
  return path.replace(/(?<=[^/])\/+\**$/, "");
}
