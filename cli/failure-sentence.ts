import { type FailureDetails, sentenceOf } from "../engine/failure.ts";
import { printable } from "../engine/progress/cells.ts";

/** What failed, what was said and what to do, with nothing that a terminal would obey. */
export function failureSentence(details: FailureDetails): string {
  return sentenceOf(details).split("\n").map(printable).join("\n");
}
