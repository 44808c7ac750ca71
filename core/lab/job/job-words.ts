import type { Job } from "./job.ts";

/** An option with its value; none where that is not set. */
export function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}

export function flag(name: string, isSet: boolean | undefined): string[] {
  return isSet ? [name] : [];
}

/**
 * What the container runs, behind `--`: the set-up script in the place of the image's entry point, which `--command` says,
 * else through the entry point.
 */
export function containerCommand({ setup, command }: Job): string[] {
  const run = command === undefined ? [] : ["bash", "-c", command];
  if (setup !== undefined) return ["--command", "--", setup, ...run];
  return run.length === 0 ? [] : ["--", ...run];
}

/** A mount's source: the claim, or the folder and whether it is only read. */
export function mountSource(source: string): { claim: string } | { folder: string; readOnly: boolean } {
  if (source.startsWith("pvc:")) return { claim: source.slice("pvc:".length) };
  const readOnly = source.endsWith(":ro");
  return { folder: readOnly ? source.slice(0, -":ro".length) : source, readOnly };
}
