/** Whether `words` hold what may become of an instruction's text once its variables are replaced. */
export function maySubstitute(text: string, words: string): boolean {
  return isInOrder(literalsOf(text), bare(words));
}

/** Whether it may become `words`, and nothing more. */
export function maySubstituteWhole(text: string, words: string): boolean {
  const literals = literalsOf(text);
  const name = bare(words);
  if (literals.length === 1) return name === literals[0];
  return name.startsWith(literals[0]!) && name.endsWith(literals.at(-1)!) && isInOrder(literals, name);
}

function isInOrder(literals: readonly string[], name: string): boolean {
  let at = 0;
  for (const literal of literals) {
    const found = name.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return true;
}

/** What stands before, between and behind the variables of a text. */
function literalsOf(text: string): string[] {
  return text.split(/\$(?:\{[^}]*\}|\w+)/).map(bare);
}

/** Without what the daemon's substitution may take away or move: blanks, quotes and escapes. */
function bare(text: string): string {
  return text.replace(/[\s\\"'`]+/g, "");
}
