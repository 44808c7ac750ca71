import { editDistance } from "../edit-distance.ts";

/** What the variables in a manifest's texts stand for. */
export interface VariableValues {
  /** The lab member's own name, for `${user}`. */
  readonly user?: string | undefined;
  /**
   * For `${env:NAME}`. Linting is given none: what it finds must not depend on the environment of whoever runs it, nor
   * show what stands there.
   */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

const pattern = /\$\{(user|env:([A-Za-z_]\w*))\}/g;

/** The text with the variables replaced that have a value; the others stay as they are written. */
export function replaceVariables(text: string, { user, environment }: VariableValues): string {
  return text.replace(pattern, (written, _, name: string | undefined) => {
    const value = name === undefined ? user : environment?.[name];
    return value ?? written;
  });
}

/** The text as it may be once variables have values, in lower case: for what is asked of its other parts. */
export function withAnyValues(text: string): string {
  return text.replace(pattern, "x");
}

/** The text with what `literal` makes of its parts between the variables, and `variable` of those. */
export function mapVariables(
  text: string,
  literal: (part: string) => string,
  variable: (name: string) => string,
): string {
  let at = 0;
  let mapped = "";
  for (const { 0: written, 1: name = "", index } of text.matchAll(pattern)) {
    mapped += literal(text.slice(at, index)) + variable(name);
    at = index + written.length;
  }
  return mapped + literal(text.slice(at));
}

/** The variables in a text, each once: `user`, `env:NAME`. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name))];
}

/** What is wrong where nobody has set a variable, as the end of a sentence, and what to do about it. */
export function unsetVariable(variable: string): { readonly what: string; readonly next: string } {
  if (variable === "user")
    return {
      what: "holds your user name, which is not known",
      next: "Set LAB_IMAGES_USER (in VS Code: the setting labImages.user)",
    };
  const name = variable.slice("env:".length);
  return { what: `needs the environment variable ${name}, which is not set`, next: `Set ${name}` };
}

/** Whether a text asks the environment for a part of itself. */
export function asksEnvironment(text: string): boolean {
  return variablesIn(text).some((name) => name !== "user");
}

/** A variable as a manifest has it that is none: misspelt, or with nothing behind its colon. */
export interface VariableFault {
  /** As it is written, with its braces. */
  readonly written: string;
  readonly index: number;
  /** What was probably meant. */
  readonly instead: string | undefined;
}

/**
 * The texts in `text` that look like a variable and are none. In a build argument, where `$` and braces may be meant for
 * the shell, only those that begin as one of ours count.
 */
export function variableFaults(text: string, isArgument: boolean): VariableFault[] {
  const inBraces = [...text.matchAll(/\$\{([^{}]*)\}/g)].flatMap(({ 0: written, 1: name = "", index }) => {
    const isOurs = /^(?:user|env\b.*|image\b.*)$/i.test(name.trim()) || nearKind(name) !== undefined;
    const isRight =
      name === "user" || /^env:[A-Za-z_]\w*$/.test(name) || (isArgument && /^image:./.test(name));
    if (isRight || (isArgument && !isOurs)) return [];
    return [{ written, index, instead: meant(name.trim(), isArgument) }];
  });
  // In the midst of an argument it may be a variable of the shell's.
  const bare = isArgument ? /^\$((?:env|image):[\w.-]*\w)$/g : /\$(env:\w+)/g;
  const withoutBraces = [...text.matchAll(bare)].map(({ 0: written, 1: name = "", index }) => ({
    written,
    index,
    instead: meant(name, isArgument),
  }));
  return [...inBraces, ...withoutBraces].sort((a, b) => a.index - b.index);
}

/** What `imge` of `${imge:base}` was to be; undefined for what a shell may mean, and for what is right. */
function nearKind(name: string): string | undefined {
  const kind = /^([a-z]+):[A-Za-z_]/.exec(name.trim())?.[1];
  const isNear = (known: string) => kind !== known && editDistance(kind!, known) === 1;
  return kind === undefined ? undefined : ["image", "env"].find(isNear);
}

function meant(written: string, isArgument: boolean): string | undefined {
  const near = nearKind(written);
  const name = near === undefined ? written : near + written.slice(written.indexOf(":"));
  const [, kind = "", rest = ""] = /^(env|image)\b[^A-Za-z_]*(.*)$/i.exec(name) ?? [];
  const isKnown = kind.toLowerCase() === "env" ? /^[A-Za-z_]\w*$/.test(rest) : isArgument && rest !== "";
  if (kind !== "") return isKnown ? `\${${kind.toLowerCase()}:${rest}}` : undefined;
  if (/^[A-Z][A-Z0-9_]*$/.test(name) && name !== "USER") return `\${env:${name}}`;
  return /user/i.test(name) ? "${user}" : undefined;
}
