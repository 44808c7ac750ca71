import type { AptCall } from "../../../core/commands/apt.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Stage } from "../../../core/dockerfile/instruction.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { parseImageReference } from "../../../core/image/reference.ts";

/** A package that comes along only as recommended, and without which what follows in the file fails. */
export interface RecommendedNeed {
  /** The word of the package that recommends it. */
  readonly word: ShellWord;
  readonly name: string;
}

interface Row {
  readonly name: string;
  /** What recommends it, directly or through a library (packages.ubuntu.com, packages.debian.org: 20.04 to 24.04, 11 to 13). */
  readonly by: RegExp;
  /** What brings it for certain, or is a sign that the author sees to it. */
  readonly brings: RegExp;
  /** What needs it. */
  readonly use: string;
}

const rows: readonly Row[] = [
  {
    name: "ca-certificates",
    by: /^(?:git|curl|wget|aria2)$/,
    brings: /\b(?:ca-certificates|software-properties-common|python3?-pip|openjdk)\b/,
    use: "https://",
  },
  {
    name: "gpg-agent",
    by: /^software-properties-common$/,
    brings: /\b(?:gpg-agent|gnupg2?)\b/,
    use: "add-apt-repository",
  },
];

/** Finds what the installs of a file take as recommended and need, on the bare images of Ubuntu and Debian, each once. */
export class RecommendedNeeds {
  readonly #dockerfile: Dockerfile;
  /** Where a row's package comes from first in a stage; -1 where the stage that it builds on brings it. */
  readonly #brought = new Map<Stage, Map<Row, number>>();
  readonly #told = new Map<Stage, Set<Row>>();

  constructor(dockerfile: Dockerfile) {
    this.#dockerfile = dockerfile;
  }

  /** The needs of an install in a stage; to be asked in the file's order. */
  of(stage: Stage | undefined, call: AptCall): RecommendedNeed[] {
    if (!stage) return [];
    return rows.flatMap((row) => {
      const word = call.targets.find(({ value }) => row.by.test(value ?? ""));
      if (!word || word.substituted || !isBare(stage) || this.#isTold(stage, row)) return [];
      const { start, end } = call.invocation.span;
      if (this.#dockerfile.text.indexOf(row.use, start) < 0) return [];
      if (this.#broughtAt(stage, row) < end) return [];
      this.#told.set(stage, (this.#told.get(stage) ?? new Set()).add(row));
      return [{ word, name: row.name }];
    });
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

/** Whether the stage begins with an image that holds next to nothing. */
function isBare(stage: Stage): boolean {
  let first = stage;
  while (first.parent) first = first.parent;
  const { resolvedBase } = first;
  const repository = resolvedBase ? parseImageReference(resolvedBase)?.repository : undefined;
  return /^docker\.io\/library\/(?:ubuntu|debian)$/.test(repository ?? "");
}
