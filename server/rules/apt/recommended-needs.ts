import type { AptCall } from "../../../core/commands/apt.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Stage } from "../../../core/dockerfile/instruction.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { parseImageReference } from "../../../core/image/reference.ts";
import { builtOnText } from "../built-on.ts";
import type { Facts } from "../facts.ts";
import { mayBuild } from "../pip/may-build.ts";
import { pipInstalls } from "../pip/pip-calls.ts";

/** Packages that come along only as recommended, and without which what follows may fail. */
export interface RecommendedNeed {
  /** The word of the package that recommends them. */
  readonly word: ShellWord;
  readonly names: readonly string[];
}

/** What an install takes as recommended and needs. */
export interface RecommendedNeeded {
  readonly needs: readonly RecommendedNeed[];
  /** Whether that is all, as far as the file tells: a package in a variable cannot be looked at, or followed by others. */
  readonly complete: boolean;
  /** Whether it is needed for certain: of what pip installs nobody knows here whether it compiles. */
  readonly certain: boolean;
}

interface Row {
  readonly names: readonly string[];
  /** What recommends it, directly or through a library (packages.ubuntu.com, packages.debian.org: 20.04 to 24.04, 11 to 13). */
  readonly by: RegExp;
  /** What brings it for certain, or is a sign that the author sees to it. */
  readonly brings: RegExp;
  /** What needs it, or may; {@link pipBuilds} for what pip compiles. */
  readonly use: RegExp;
  /** The bases that do not have it already; all where left out. */
  readonly on?: "bare" | "without-compiler";
}

/** What compiles Python packages, besides those installs by pip that {@link mayBuild}. */
const pipBuilds = /\bsetup\.py\b|-m build\b/g;

const rows: readonly Row[] = [
  {
    names: ["ca-certificates"],
    by: /^(?:git|curl|wget|aria2)$/,
    brings: /\b(?:ca-certificates|software-properties-common|python3?-pip|openjdk)\b/,
    use: /https:\/\//g,
    on: "bare",
  },
  {
    names: ["gpg-agent"],
    by: /^software-properties-common$/,
    brings: /\b(?:gpg-agent|gnupg2?)\b/,
    use: /add-apt-repository/g,
    on: "bare",
  },
  {
    names: ["openssh-client"],
    by: /^git$/,
    brings: /\bopenssh-(?:client|server)\b|\sssh(?:-client)?\s/,
    use: /git@|ssh:\/\/|type=ssh/g,
  },
  {
    names: ["make"],
    by: /^cmake$/,
    brings: /\b(?:make|build-essential|ninja-build)\b/,
    use: /\bc?make\b/g,
    on: "without-compiler",
  },
  {
    names: ["gcc", "libc6-dev"],
    by: /^cmake$/,
    brings: /\b(?:gcc|g\+\+|build-essential|clang)/,
    use: /\bcmake\b/g,
    on: "without-compiler",
  },
  // A C compiler is of no use without the headers of its library.
  {
    names: ["libc6-dev"],
    by: /^gcc(?:-\d+)?$/,
    brings: /\b(?:libc6-dev|g\+\+|build-essential)/,
    use: /$/g,
    on: "without-compiler",
  },
  {
    names: ["build-essential"],
    by: /^python3-pip$/,
    brings: /\b(?:build-essential|g\+\+)/,
    use: pipBuilds,
    on: "without-compiler",
  },
  { names: ["python3-dev"], by: /^python3-pip$/, brings: /\bpython3(?:\.\d+)?-dev\b/, use: pipBuilds },
  {
    names: ["r-base-dev"],
    by: /^r-base(?:-core)?$/,
    brings: /\br-base-dev\b/,
    use: /install\.packages|install_\w+\(|BiocManager/g,
  },
  // For xvfb-run, which a script may call.
  { names: ["xauth"], by: /^xvfb$/, brings: /\bxauth\b/, use: /$/g },
];

/** Finds what the installs of a file take as recommended and need, each once. */
export class RecommendedNeeds {
  readonly #dockerfile: Dockerfile;
  readonly #facts: Facts;
  /** Where a row's package comes from first in a stage; -1 where the stage that it builds on brings it. */
  readonly #brought = new Map<Stage, Map<Row, number>>();
  readonly #lastUses = new Map<Row, number>();
  readonly #told = new Map<Stage, Set<Row>>();

  constructor(dockerfile: Dockerfile, facts: Facts) {
    this.#dockerfile = dockerfile;
    this.#facts = facts;
  }

  /** The needs of an install in a stage, one for each word; to be asked in the file's order. */
  of(stage: Stage | undefined, call: AptCall): RecommendedNeeded {
    let complete = call.targets.every(({ value }) => value !== null);
    let certain = true;
    const needs = new Map<ShellWord, string[]>();
    for (const row of stage ? rows : []) {
      const word = call.targets.find(({ value }) => row.by.test((value ?? "").replace(/[=/:].*$/s, "")));
      if (!stage || !word || !isOn(stage, row) || this.#isTold(stage, row)) continue;
      const { end } = call.invocation.span;
      if (this.#lastUse(row) < end || this.#broughtAt(stage, row) < end) continue;
      this.#told.set(stage, (this.#told.get(stage) ?? new Set()).add(row));
      if (word.substituted) {
        complete = false;
        continue;
      }
      if (row.use === pipBuilds) certain = false;
      const names = needs.get(word) ?? [];
      needs.set(word, [...names, ...row.names.filter((name) => !names.includes(name))]);
    }
    return { needs: [...needs].map(([word, names]) => ({ word, names })), complete, certain };
  }

  /** Where the file needs it last; infinite where another image does that builds on this one, or where a variable holds it. */
  #lastUse(row: Row): number {
    let last = this.#lastUses.get(row);
    if (last !== undefined) return last;
    const { text, instructions } = this.#dockerfile;
    const others = this.#facts.get(builtOnText);
    const inVariable = instructions.some(
      ({ kind, body }) =>
        (kind === "ARG" || kind === "ENV") && lastMatch(row.use, body.text) >= 0 && body.text !== "",
    );
    const ofPip = row.use === pipBuilds;
    const elsewhere = lastMatch(row.use, others) >= 0 || (ofPip && /\bpip\d?\b|\buv\b/.test(others));
    if (inVariable || (others !== "" && elsewhere)) last = Number.POSITIVE_INFINITY;
    else last = Math.max(lastMatch(row.use, text), ofPip ? this.#lastBuild() : -1);
    this.#lastUses.set(row, last);
    return last;
  }

  #lastBuild(): number {
    const calls = [...this.#facts.get(pipInstalls).values()].flatMap((ofRun) => [...ofRun.values()]);
    return calls.findLast(mayBuild)?.span.start ?? -1;
  }

  #isTold(stage: Stage, row: Row): boolean {
    for (let each: Stage | undefined = stage; each; each = each.parent)
      if (this.#told.get(each)?.has(row)) return true;
    return false;
  }

  #broughtAt(stage: Stage, row: Row): number {
    const known = this.#brought.get(stage) ?? new Map<Row, number>();
    this.#brought.set(stage, known);
    let at = known.get(row);
    if (at !== undefined) return at;
    at = Number.POSITIVE_INFINITY;
    if (stage.parent && this.#broughtAt(stage.parent, row) < Number.POSITIVE_INFINITY) at = -1;
    for (const { kind, span } of at < 0 ? [] : stage.instructions) {
      const found =
        kind === "RUN" ? this.#dockerfile.text.slice(span.start, span.end).search(row.brings) : -1;
      if (found < 0) continue;
      at = span.start + found;
      break;
    }
    known.set(row, at);
    return at;
  }
}

function lastMatch(pattern: RegExp, text: string): number {
  return [...text.matchAll(pattern)].at(-1)?.index ?? -1;
}

/** Whether the image that a stage begins with may lack what a row names. */
function isOn(stage: Stage, { on }: Row): boolean {
  let first = stage;
  while (first.parent) first = first.parent;
  const base = first.resolvedBase ?? "";
  if (on === "bare")
    return /^docker\.io\/library\/(?:ubuntu|debian)$/.test(parseImageReference(base)?.repository ?? "");
  return on === undefined || !/-devel\b/.test(base);
}
