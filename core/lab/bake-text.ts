import { longestValue } from "../dockerfile/docker-word.ts";
import type { VariableValues } from "./manifest-variables.ts";

/** The variable that `${user}` becomes; bake takes it from the environment. */
export const bakeUserVariable = "LAB_IMAGES_USER";

/** Reads the texts of one bake file. */
export interface BakeText {
  /** What a text or a number stands for, its variables replaced; `null` where it cannot be known. */
  fill(value: unknown): string | null;
}

/**
 * The variables of a bake file and what its texts stand for: HCL's `${NAME}` alone, with `$${` for `${`. The variable
 * that our own export writes for `${user}` is that again, where nobody is known.
 */
export function bakeText(
  file: Readonly<Record<string, unknown>>,
  { user, environment }: VariableValues,
): BakeText {
  const declared = file.variable;
  const defaultOf = (name: string): unknown => {
    if (isObject(declared) && isObject(declared[name])) return declared[name].default;
    return file[name];
  };
  const values = new Map<string, string | null>();
  const valueOf = (name: string): string | null => {
    const set = name === bakeUserVariable ? user : environment?.[name];
    if (set !== undefined) return set;
    const known = values.get(name);
    if (known !== undefined) return known;
    // A default that leads back to itself is not known.
    values.set(name, null);
    const usual = fill(defaultOf(name));
    const value = name === bakeUserVariable ? usual || "${user}" : usual;
    values.set(name, value);
    return value;
  };
  const fill = (value: unknown): string | null => {
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value !== "string") return null;
    let known = true;
    let length = 0;
    const filled = value.replace(
      /([$%])\1\{|[$%]\{([^{}]*)\}/g,
      (written: string, escaped?: string, inside?: string) => {
        if (escaped !== undefined) return `${escaped}{`;
        const name = written.startsWith("%")
          ? undefined
          : /^\s*([A-Za-z_][\w-]*)\s*$/.exec(inside ?? "")?.[1];
        const found = name === undefined || !known ? null : valueOf(name);
        length += found?.length ?? 0;
        known &&= found !== null && length <= longestValue;
        return found ?? "";
      },
    );
    return known ? filled : null;
  };
  return { fill };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
