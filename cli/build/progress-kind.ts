import { nearestWord } from "../../core/nearest-word.ts";
import { OptionMistake } from "./option-values.ts";

const progressKinds = ["auto", "tty", "plain", "json"] as const;

/** How progress is shown; `auto` draws where there is a terminal that can. */
export type ProgressKind = (typeof progressKinds)[number];

/** @throws {OptionMistake} for a value that `--progress` does not take */
export function readProgressKind(value: string): ProgressKind {
  const kind = progressKinds.find((each) => each === value);
  if (kind !== undefined) return kind;
  const near = nearestWord(value, progressKinds);
  throw new OptionMistake(
    `--progress takes auto, tty, plain or json, not "${value}"${near === undefined ? "." : `; did you mean "${near}"?`}`,
  );
}
