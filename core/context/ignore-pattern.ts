/** One pattern of an ignore file, compiled: whether it names exactly this path (relative to the context, with `/`). */
export type PathTest = (path: string) => boolean;

/**
 * Compiles a cleaned pattern with BuildKit's meaning (moby/patternmatcher): `*` and `?` stay within a component, `**`
 * goes through any number of them, the whole path must fit. Undefined for a pattern that Docker refuses.
 */
export function compilePattern(pattern: string): PathTest | undefined {
  const steps = readSteps(pattern);
  if (!steps) return undefined;
  if (!/[*?[\]\\]/.test(pattern)) return (path) => path === pattern;
  const inner = pattern.replace(/^\*\*|\*\*$/g, "");
  if (!/[*?[\]\\]/.test(inner)) {
    // `**name` fits every path that ends so, across components; `name**` every path that begins so.
    if (!pattern.startsWith("**")) return (path) => path.startsWith(inner);
    if (pattern === `**${inner}`)
      return (path) => path.endsWith(inner) || (inner.startsWith("/") && path === inner.slice(1));
  }
  return (path) => fits(steps, path);
}

/** What one character of a path may be. */
type CharacterTest = (character: string) => boolean;

type Step =
  | { readonly kind: "one"; readonly test: CharacterTest }
  /** Any number of characters of one component. */
  | { readonly kind: "star" }
  /** Nothing, or any components with the `/` behind them. */
  | { readonly kind: "components" }
  /** Inside of {@link Step} `components`. */
  | { readonly kind: "within" }
  | { readonly kind: "rest" };

function readSteps(written: string): Step[] | undefined {
  const steps: Step[] = [];
  // A character outside of the basic plane is one, as in Go.
  const pattern = [...written];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "*" && pattern[at + 1] === "*") {
      at++;
      if (pattern[at + 1] === "/") at++;
      if (at + 1 >= pattern.length) steps.push({ kind: "rest" });
      else steps.push({ kind: "components" }, { kind: "within" });
    } else if (character === "*") steps.push({ kind: "star" });
    else if (character === "?") steps.push({ kind: "one", test: (each) => each !== "/" });
    else if (character === "[") {
      const read = readClass(pattern, at + 1);
      if (!read) return undefined;
      steps.push({ kind: "one", test: read.test });
      at = read.end;
    } else {
      if (character === "\\") at++;
      const expected = pattern[at];
      if (expected === undefined) return undefined;
      steps.push({ kind: "one", test: (each) => each === expected });
    }
  }
  return steps;
}

/** Reads `a-z]` behind a `[`; undefined where it is not closed or says nothing. */
function readClass(
  pattern: readonly string[],
  from: number,
): { test: CharacterTest; end: number } | undefined {
  let at = from;
  const negated = pattern[at] === "^";
  if (negated) at++;
  const ranges: (readonly [string, string])[] = [];
  const read = () => {
    if (pattern[at] === "\\") at++;
    return pattern[at++];
  };
  while (at < pattern.length && (pattern[at] !== "]" || ranges.length === 0)) {
    const low = read();
    const isRange = pattern[at] === "-" && pattern[at + 1] !== "]";
    if (isRange) at++;
    const high = isRange ? read() : low;
    if (low === undefined || high === undefined || low > high) return undefined;
    ranges.push([low, high]);
  }
  if (pattern[at] !== "]") return undefined;
  return {
    test: (character) => ranges.some(([low, high]) => low <= character && character <= high) !== negated,
    end: at,
  };
}

/** Follows every way through the steps at once: a pattern made to be slow is not. */
function fits(steps: readonly Step[], path: string): boolean {
  let current = new Set<number>();
  reach(current, steps, 0);
  for (const character of path) {
    const next = new Set<number>();
    for (const at of current) {
      const step = steps[at];
      if (step?.kind === "one") {
        if (step.test(character)) reach(next, steps, at + 1);
      } else if (step?.kind === "star") {
        if (character !== "/") reach(next, steps, at);
      } else if (step?.kind === "within") {
        next.add(at);
        if (character === "/") reach(next, steps, at + 1);
      } else if (step?.kind === "rest") reach(next, steps, at);
    }
    if (next.size === 0) return false;
    current = next;
  }
  return current.has(steps.length);
}

/** Adds a step, and those that follow it without a character. */
function reach(states: Set<number>, steps: readonly Step[], from: number): void {
  if (states.has(from)) return;
  const kind = steps[from]?.kind;
  if (kind !== "components") states.add(from);
  if (kind === "star" || kind === "rest") reach(states, steps, from + 1);
  if (kind === "components") {
    states.add(from + 1);
    reach(states, steps, from + 2);
  }
}
