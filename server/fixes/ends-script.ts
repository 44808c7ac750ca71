import type { Invocation } from "../../core/dockerfile/shell/invocation.ts";

/** Whether a command ends the script that it stands in, as far as it runs: nothing appended behind it does. */
export function endsScript({ name, through, context }: Invocation): boolean {
  return !context.subshell && (name === "exit" || name === "return" || through.includes("exec"));
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
