import type { Invocation } from "../../core/dockerfile/shell/invocation.ts";

/**
 * Whether a command ends the script that it stands in, as far as it runs, and what is appended behind it does not run.
 * `exit 1` fails the build: then there is no image to clean up.
 */
export function endsScript({ name, args, through, context }: Invocation): boolean {
  if (context.subshell) return false;
  const fails = name === "exit" && /^[1-9]\d*$/.test(args[0]?.value ?? "");
  return (name === "exit" && !fails) || name === "return" || through.includes("exec");
}

/** The commands that never run, because they stand behind one that ends their script in any case. */
export function neverReached(invocations: readonly Invocation[]): ReadonlySet<Invocation> {
  const end = invocations.find(
    (each) => endsScript(each) && !each.context.conditional && !each.context.inFunction,
  );
  if (!end) return new Set();
  const behind = invocations.slice(invocations.indexOf(end) + 1);
  return new Set(behind.filter(({ script }) => script === end.script));
}
