import { editDistance } from "./edit-distance.ts";

/** Nobody misspells a longer word, and the time it takes grows with its square. */
const longestWord = 64;

/** The word that was probably meant; undefined when none is near. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(word);
  if (wanted === "" || wanted.length > longestWord) return undefined;
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

function bare(word: string): string {
  return word.replace(/^-+/, "").replace(/=.*$/s, "").toLowerCase();
}
