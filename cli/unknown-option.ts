import { nearestWord } from "../core/nearest-word.ts";

/** What is said of an option that a command does not have; `names` are those that it has, without their dashes. */
export function unknownOption(rawName: string, names: readonly string[]): string {
  const near = rawName.startsWith("--")
    ? nearestWord(
        rawName,
        names.map((name) => `--${name}`),
      )
    : undefined;
  return `there is no option "${rawName}"${near === undefined ? "." : `; did you mean "${near}"?`}`;
}
