/** A path as a glob that names it alone. */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}]/g, (character) => `[${character}]`);
}
