/** Whether a file name fits a pattern of the shell (`*.tar.gz`); a pattern that is too hostile to try fits nothing. */
export function matchesGlob(glob: string, name: string): boolean {
  if (glob === name) return true;
  const first = glob.search(/[*?[]/);
  // A hostile pattern must not backtrack: what a path needs has few stars.
  if (first < 0 || glob.split("*").length > 4) return false;
  const last = Math.max(glob.lastIndexOf("*"), glob.lastIndexOf("?"), glob.lastIndexOf("]"));
  if (!name.startsWith(glob.slice(0, first)) || !name.endsWith(glob.slice(last + 1))) return false;
  const pattern = glob
    .replace(/\*+/g, "*")
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
    .replaceAll("[!", "[^");
  try {
    return new RegExp(`^${pattern}$`).test(name);
  } catch {
    return false;
  }
}

/** The paths that `{a,b}` in a path stands for. */
export function expandBraces(path: string, limit = 64): string[] {
  const match = /^([^{}]*)\{([^{},]*,[^{}]*)\}(.*)$/s.exec(path);
  if (!match || limit <= 1) return [path];
  const choices = match[2]!.split(",").slice(0, 16);
  return choices
    .flatMap((choice) => expandBraces(`${match[1]}${choice}${match[3]}`, limit / choices.length))
    .slice(0, limit);
}
