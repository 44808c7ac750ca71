/** What is wrong with images that lead from the first one back to it. */
export function cycleMessage(path: readonly string[]): string {
  const [first] = path;
  if (path.length === 2) return `${first} is its own base, so it can never be built. Give it another base.`;
  return `${first} builds on itself (${path.join(" → ")}), so none of them can be built first. Give one of them another base.`;
}
