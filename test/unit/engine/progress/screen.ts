/** As much of a terminal as the progress uses: lines, cursor up, erase, and the wrapping of what is too long. */
export class Screen {
  /** Everything from the first line on, scrolled out of view or not. */
  readonly #rows: string[] = [""];
  #row = 0;
  #column = 0;
  columns: number;
  rows: number;
  readonly colour = false;
  writes = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  width(): number {
    return this.columns;
  }

  height(): number {
    return this.rows;
  }

  /** What a user sees, scrolled up; empty lines at the end left out. */
  get text(): string {
    return this.#rows
      .map((row) => row.trimEnd())
      .join("\n")
      .trimEnd();
  }

  write(text: string): void {
    this.writes++;
    for (const [part] of text.matchAll(/\u001b\[\??[\d;]*[a-zA-Z]|[^\u001b]/gu)) {
      if (part.startsWith("\u001b")) this.#obey(part);
      else if (part === "\n") this.#newLine();
      else if (part === "\r") this.#column = 0;
      else this.#put(part);
    }
  }

  /** A narrower window wraps the lines that are there. */
  resize(columns: number): void {
    const wrapped: string[] = [];
    let row = 0;
    for (const [index, line] of this.#rows.entries()) {
      if (index === this.#row) row = wrapped.length;
      const text = line.trimEnd();
      for (let at = 0; at === 0 || at < text.length; at += columns)
        wrapped.push(text.slice(at, at + columns));
    }
    this.#rows.splice(0, this.#rows.length, ...wrapped);
    this.#row = row;
    this.columns = columns;
  }

  #obey(sequence: string): void {
    const count = Number(/\d+/.exec(sequence)?.[0] ?? 1);
    switch (sequence.at(-1)) {
      case "A":
        this.#row = Math.max(0, this.#row - count);
        break;
      case "K":
        this.#rows[this.#row] = this.#rows[this.#row]!.slice(0, this.#column);
        break;
      case "J":
        this.#rows[this.#row] = this.#rows[this.#row]!.slice(0, this.#column);
        this.#rows.length = this.#row + 1;
        break;
    }
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push("");
  }

  #put(character: string): void {
    if (this.#column === this.columns) this.#newLine();
    const row = this.#rows[this.#row]!.padEnd(this.#column);
    this.#rows[this.#row] = row.slice(0, this.#column) + character + row.slice(this.#column + 1);
    this.#column++;
  }
}
