/**
 * One keystroke: what it replaces, what it writes, and the text that it leaves.
 * @typedef {object} Keystroke
 * @property {{ start: Place, end: Place }} range
 * @property {string} newText
 * @property {string} fullText
 */

/** @typedef {{ line: number, character: number }} Place */

const letters = "etaoinshrdlcumwfgypbvk";
const longestWord = /[A-Za-z][\w./=-]{3,}/g;

/**
 * Somebody typing in the RUN instructions nearest to the middle: letters come into words and go out of them,
 * each in another line than the one before, and no text comes twice (a server may remember texts).
 * @param {string} text
 * @param {number} count
 * @param {number} seed another one gives other letters
 * @returns {Keystroke[]} empty when the text has no RUN with a word to change
 */
export function typing(text, count, seed) {
  const lines = text.split("\n");
  const places = placesInRuns(lines).slice(0, 5);
  if (places.length === 0) return [];
  return Array.from({ length: count }, (_, i) => {
    const nth = i % places.length;
    const { line, character: word } = places[nth];
    const insert = (Math.floor(i / places.length) + nth) % 2 === 0;
    const start = { line, character: word + (insert ? 2 : 1) };
    const end = insert ? start : { line, character: start.character + 1 };
    const newText = insert ? letters[(i + 7 * seed) % letters.length] : "";
    lines[line] = lines[line].slice(0, start.character) + newText + lines[line].slice(end.character);
    return { range: { start, end }, newText, fullText: lines.join("\n") };
  });
}

/**
 * Where the longest word of each line of a RUN starts, the line nearest to the middle first.
 * @param {readonly string[]} lines
 * @returns {Place[]}
 */
function placesInRuns(lines) {
  /** @type {Place[]} */
  const places = [];
  let inRun = false;
  let continued = false;
  for (const [line, text] of lines.entries()) {
    const comment = /^\s*(#|$)/.test(text);
    if (!continued) inRun = /^\s*RUN\s/i.test(text);
    if (!comment) continued = /\\\s*$/.test(text);
    if (!inRun || comment) continue;
    const words = [...text.matchAll(longestWord)].sort((a, b) => b[0].length - a[0].length);
    if (words.length > 0) places.push({ line, character: words[0].index });
  }
  const middle = lines.length / 2;
  return places.sort((a, b) => Math.abs(a.line - middle) - Math.abs(b.line - middle));
}
