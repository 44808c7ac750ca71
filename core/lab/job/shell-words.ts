/** A text as one word of any POSIX shell, with nothing in it that the shell would replace. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words as one line of a POSIX shell: a program gets them as they are. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}
