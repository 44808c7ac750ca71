import { cellsOf } from "./cells.ts";

/** A terminal that can move its cursor. Sizes are asked for at each frame: the window may change. */
export interface LiveScreen {
  write(text: string): void;
  readonly colour: boolean;
  width(): number;
  height(): number;
}

const narrowest = 20;
/** The terminal shows a frame when it is whole (DEC mode 2026); one that does not know this ignores it. */
const begin = "\u001b[?2026h";
const end = "\u001b[?2026l";

/** Lines at the bottom of a terminal that are drawn over and over; what is put above them stays. */
export class LiveRegion {
  readonly #screen: LiveScreen;
  /** Cells of each line of the last frame: how many rows they take depends on the width that the window has now. */
  #drawn: number[] = [];
  #last = "";

  constructor(screen: LiveScreen) {
    this.#screen = screen;
  }

  /** Draws over the last frame: `above` stays, `all` is drawn over by the next. One write, so that nothing flickers. */
  draw(above: readonly string[], all: readonly string[]): void {
    const width = this.#width;
    const live = this.#fitting(all);
    const frame = live.join("\n");
    if (above.length === 0 && frame === this.#last) return;
    const rows = this.#drawn.reduce((sum, cells) => sum + Math.max(1, Math.ceil(cells / (width + 1))), 0);
    const up = rows > 0 ? `\u001b[${rows}A` : "";
    const text = [...above, ...live].map((line) => `${line}\u001b[K\n`).join("");
    this.#screen.write(`${begin}${up}\r${text}\u001b[J${end}`);
    this.#drawn = live.map((line) => widthOf(line));
    this.#last = frame;
  }

  /** The cursor does not go up beyond the screen: a frame that is higher would be left in what is scrolled back, each time. */
  #fitting(all: readonly string[]): readonly string[] {
    const room = Math.max(1, this.#screen.height() - 1);
    if (all.length <= room) return all;
    return [...all.slice(0, room - 1), `… and ${all.length - room + 1} more lines`];
  }

  /** What was drawn last stays where it is. */
  leave(): void {
    this.#drawn = [];
    this.#last = "";
  }

  /** A line as wide as the screen, `right` at its end; `left` is cut to what room there is. */
  aligned(left: string, right: string): string {
    const room = this.#width - (right === "" ? 0 : right.length + 1);
    let shown = "";
    let used = 0;
    for (const cell of cellsOf(left)) {
      if (used + cell.width > room) break;
      shown += cell.shown;
      used += cell.width;
    }
    return right === "" ? shown : `${shown}${" ".repeat(Math.max(0, room - used))} ${right}`;
  }

  painted(style: string, line: string): string {
    return this.#screen.colour ? `\u001b[${style}m${line}\u001b[0m` : line;
  }

  /** One cell stays free: a full line would wrap on some terminals. */
  get #width(): number {
    return Math.max(narrowest, this.#screen.width() - 1);
  }
}

function widthOf(line: string): number {
  return cellsOf(line.replace(/\u001b\[[\d;]*m/g, "")).reduce((sum, { width }) => sum + width, 0);
}
