import { stripVTControlCharacters } from "node:util";

/** Would be obeyed by a terminal, or turn a line round; line ends and tabs stay. */
const unprintable = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** What a program or a server said, without what a terminal would obey. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(unprintable, "");
}
