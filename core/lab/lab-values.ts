import type { LabValues } from "./lab-image.ts";
import { asksEnvironment, replaceVariables, type VariableValues } from "./manifest-variables.ts";

/**
 * A manifest's values with variables replaced where known, and the user. `registry` is the one with its own replaced. What
 * needs a variable of the environment that is not known is left out.
 */
export function filledValues(
  { storage, registry: _, hosts, ...values }: LabValues,
  registry: string | undefined,
  variables: VariableValues,
): LabValues {
  const { user } = variables;
  const known = {
    hosts: hosts?.map((host) => hostOf(host, user)),
    storage: storage && replaceVariables(storage, variables),
    registry,
    user,
  };
  const set = Object.entries(known).filter(
    ([, value]) => value !== undefined && !(typeof value === "string" && asksEnvironment(value)),
  );
  return { ...values, ...Object.fromEntries(set) };
}

/** Without a user's name ssh knows best who logs in. */
function hostOf(host: string, user: string | undefined): string {
  return user === undefined ? host.replace("${user}@", "") : host.replaceAll("${user}", user);
}
