/** What one or more characters of a line show as in a terminal. */
export interface Cell {
  /** Where it begins in the line, in UTF-16 code units. */
  readonly at: number;
  /** Where it ends there. */
  readonly end: number;
  readonly shown: string;
  readonly width: number;
}

const tabStop = 4;
const plain = /^[\x20-\x7e]*$/;
/** Would move the cursor, colour the terminal or turn the line round. */
const unprintable = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const wide =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;

/** A line as a terminal shows it: tabs as spaces, control characters as visible ones. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { at, text } of graphemes(line)) {
    const cell = cellOf(at, text, column);
    column += cell.width;
    cells.push(cell);
  }
  return cells;
}

/** A text without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(unprintable, visible);
}

/** A line without anything that a terminal would obey, cut to so many cells; `…` stands for what is left out. */
export function cutToCells(line: string, width: number): string {
  const cells = cellsOf(line);
  const all = cells.reduce((sum, cell) => sum + cell.width, 0);
  let room = all <= width ? all : width - 1;
  let shown = "";
  for (const cell of cells) {
    room -= cell.width;
    if (room < 0) break;
    shown += cell.shown;
  }
  return all <= width ? shown : `${shown}…`;
}

function cellOf(at: number, text: string, column: number): Cell {
  const end = at + text.length;
  if (text === "\t") {
    const width = tabStop - (column % tabStop);
    return { at, end, shown: " ".repeat(width), width };
  }
  const shown = printable(text);
  if (plain.test(shown)) return { at, end, shown, width: shown.length };
  return { at, end, shown, width: invisible.test(shown) ? 0 : wide.test(shown) ? 2 : 1 };
}

/** As the pictures of control characters, which every font has a stand-in for. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

/** What a reader takes for one character; an accent belongs to its letter. */
function* graphemes(line: string): Iterable<{ readonly at: number; readonly text: string }> {
  if (/^[\t\x20-\x7e]*$/.test(line)) {
    for (let at = 0; at < line.length; at++) yield { at, text: line[at]! };
    return;
  }
  for (const { index, segment } of new Intl.Segmenter().segment(line)) yield { at: index, text: segment };
}
