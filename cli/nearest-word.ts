/** The word that was probably meant; undefined when none is near. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(word);
  if (wanted === "") return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, bare(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(wanted.length * 0.4)) ? best.candidate : undefined;
}

function distanceTo(wanted: string, candidate: string): number {
  const beginsAlike = wanted.length > 1 && (candidate.startsWith(wanted) || wanted.startsWith(candidate));
  return beginsAlike ? 0.5 : editDistance(wanted, candidate);
}

/** How many letters must be inserted, deleted, replaced or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

function bare(word: string): string {
  return word.replace(/^-+/, "").replace(/=.*$/s, "").toLowerCase();
}
