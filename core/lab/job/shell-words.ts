/**
 * A text as one word of any POSIX shell, with nothing in it that the shell would replace, nor anything that a terminal would
 * obey.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${withoutControls(text.replaceAll("'", "'\\''"), (printf) => `'"${printf}"'`)}'`;
}

/** What would move a terminal's cursor, hide a text or turn it round; a tab and a line's end stay, as they show. */
const controls = /[\x01-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+/g;

/** A text with control characters as what has a shell print them: `$(printf '\033')`. `quoted` fits that into the quotes. */
export function withoutControls(text: string, quoted: (printf: string) => string): string {
  return text.replace(controls, (found) => {
    const octal = [...new TextEncoder().encode(found)].map(
      (byte) => `\\${byte.toString(8).padStart(3, "0")}`,
    );
    return quoted(`$(printf '${octal.join("")}')`);
  });
}

/** Words as one line of a POSIX shell: a program gets them as they are. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}
