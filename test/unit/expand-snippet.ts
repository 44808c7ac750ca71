import { readFileSync } from "node:fs";

/** A snippet as `snippets/dockerfile.json` has it. */
export interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

/** The snippets by name, in their order. */
export function readSnippets(): [string, Snippet][] {
  return Object.entries(
    JSON.parse(readFileSync("snippets/dockerfile.json", "utf8")) as Record<string, Snippet>,
  );
}

/** In VS Code's snippet syntax: an escape, a choice, a placeholder, a tab stop; anything else with `$` is a mistake. */
const syntax = /\\([\\$}])|\$\{(\d+)\|([^|]*)\|\}|\$\{(\d+):([^}]*)\}|\$\{(\d+)\}|\$(\d+)|(\$)/g;

/** What the snippet inserts when its user takes the `pick`th word of every choice. */
export function expandSnippet(body: string, pick: number): string {
  const values = new Map<string, string>();
  for (const [, , stop, choices, placeholder, text] of body.matchAll(syntax)) {
    const words = choices?.split(",");
    if (words) values.set(stop!, words[pick % words.length]!);
    else if (placeholder) values.set(placeholder, text!);
  }
  return body.replace(syntax, (whole, escaped, choice, _words, placeholder, _text, braced, bare, stray) => {
    if (stray)
      throw new Error(`a $ that is not escaped, near: ${body.slice(body.indexOf(whole)).slice(0, 30)}`);
    return escaped ?? values.get(choice ?? placeholder ?? braced ?? bare) ?? "";
  });
}

/** What the snippet inserts, for every word of its choices. */
export function everyExpansion(body: string): string[] {
  const choices = [...body.matchAll(syntax)].map((match) => match[3]?.split(",").length ?? 1);
  return Array.from({ length: Math.max(1, ...choices) }, (_, pick) => expandSnippet(body, pick));
}
