import type { VariableValues } from "./manifest-variables.ts";

/** The variable that `${user}` becomes; bake takes it from the environment. */
export const bakeUserVariable = "LAB_IMAGES_USER";

/** Reads the texts of one bake file. */
export interface BakeText {
  /** What a text or a number stands for, its variables replaced; `null` where it cannot be known. */
  fill(value: unknown): string | null;
}

/** Defaults may name other variables, this deep. */
const deepest = 8;

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
  const valueOf = (name: string, depth: number): string | null => {
    const set = name === bakeUserVariable ? user : environment?.[name];
    if (set !== undefined) return set;
    const usual = depth < deepest ? fill(defaultOf(name), depth + 1) : null;
    return name === bakeUserVariable ? usual || "${user}" : usual;
  };
  const fill = (value: unknown, depth: number): string | null => {
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value !== "string") return null;
    let known = true;
    const filled = value.replace(
      /([$%])\1\{|[$%]\{([^}]*)\}/g,
      (written: string, escaped?: string, inside?: string) => {
        if (escaped !== undefined) return `${escaped}{`;
        const name = written.startsWith("%")
          ? undefined
          : /^\s*([A-Za-z_][\w-]*)\s*$/.exec(inside ?? "")?.[1];
        const found = name === undefined ? null : valueOf(name, depth);
        known &&= found !== null;
        return found ?? "";
      },
    );
    return known ? filled : null;
  };
  return { fill: (value) => fill(value, 0) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
