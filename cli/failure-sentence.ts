import { type FailureDetails, sentenceOf } from "../engine/failure.ts";
import { printable } from "../engine/progress/cells.ts";

/** What failed, what was said and what to do, with nothing that a terminal would obey. */
export function failureSentence(details: FailureDetails): string {
  const next = withCommand(details);
  return sentenceOf(next === undefined ? details : { ...details, next })
    .split("\n")
    .map(printable)
    .join("\n");
}

/** What to do, with the command that does it where one does. */
function withCommand({ cause, registry, next }: FailureDetails): string | undefined {
  if (next === undefined) return undefined;
  if (cause === "disk-full") return `${next} (lab-images prune)`;
  if (registry === undefined) return next;
  if (cause === "network") return `${next} (lab-images registry start)`;
  const command = ` (lab-images login ${registry})`;
  const place = ` in to ${registry}`;
  return next.includes(place) ? next.replace(place, `${place}${command}`) : `${next}${command}`;
}
