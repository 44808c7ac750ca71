import { instructionAt } from "../../../core/dockerfile/instruction-at.ts";
import { buildToolsLeft } from "../../rules/layer/build-tools-left.ts";
import type { Rule } from "../../rules/rule.ts";
import { fromHeredoc, toHeredoc } from "./heredoc.ts";
import { joinSelectedRuns, splitRun } from "./join-and-split.ts";
import { moveToRequirements } from "./move-to-requirements.ts";
import type { Refactor, Refactoring, RefactoringPlace } from "./refactoring.ts";

/** What a rule offers as a fix at the words that it marks, offered in the whole of their instruction. */
function fixesOf({ code }: Pick<Rule, "code">, kind: Refactoring["kind"]): Refactor {
  return function* ({ dockerfile, findings, selection }) {
    for (const finding of findings) {
      if (finding.code !== code) continue;
      const marked = instructionAt(dockerfile, finding.span.start)?.span;
      const touched = marked && marked.start <= selection.end && marked.end >= selection.start;
      if (touched) for (const fix of finding.fixes ?? []) yield { ...fix, kind };
    }
  };
}

const all: readonly Refactor[] = [
  joinSelectedRuns,
  splitRun,
  toHeredoc,
  fromHeredoc,
  moveToRequirements,
  fixesOf(buildToolsLeft, "refactor.extract"),
];

/** What can be done at a place of a Dockerfile. */
export function refactoringsAt(place: RefactoringPlace): Refactoring[] {
  return all.flatMap((refactor) => [...refactor(place)]);
}
