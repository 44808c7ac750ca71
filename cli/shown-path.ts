import { relative, sep } from "node:path";

/** An absolute path as a user reads it: from the current folder where it lies in there. */
export function shownPath(path: string, start: string): string {
  const inside = relative(start, path);
  const outside = inside === "" || inside === ".." || inside.startsWith(`..${sep}`);
  return (outside ? path : inside).replaceAll(sep, "/");
}
