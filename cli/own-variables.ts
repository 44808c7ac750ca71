import type { VariableValues } from "../core/lab/manifest-variables.ts";

/** What a manifest's variables stand for where something is built, pushed or run for whoever calls. */
export function ownVariables(): VariableValues {
  return { user: process.env.LAB_IMAGES_USER, environment: process.env };
}
