/** Things by their absolute paths, found by a folder around them without a look at all the others. */
export class FileIndex<T> {
  readonly #pathOf: (item: T) => string | null;
  readonly #below = new Map<string, Set<T>>();

  constructor(pathOf: (item: T) => string | null) {
    this.#pathOf = pathOf;
  }

  /** Adds an item; one without a path is not found again. */
  add(item: T): void {
    for (const folder of this.#folders(item)) {
      const items = this.#below.get(folder);
      if (items) items.add(item);
      else this.#below.set(folder, new Set([item]));
    }
  }

  remove(item: T): void {
    for (const folder of this.#folders(item)) this.#below.get(folder)?.delete(item);
  }

  /** The items at that path. */
  at(path: string): T[] {
    return [...(this.#below.get(path) ?? [])].filter((item) => this.#pathOf(item) === path);
  }

  /** The items at and below a path; below the folder in front of its pattern, if it has one. */
  below(path: string): T[] {
    const pattern = path.search(/[*?[{]/);
    const root = pattern < 0 ? path : path.slice(0, path.lastIndexOf("/", pattern)) || "/";
    return [...(this.#below.get(root) ?? [])];
  }

  #folders(item: T): string[] {
    const path = this.#pathOf(item);
    if (path === null) return [];
    const folders = ["/", path];
    for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1))
      folders.push(path.slice(0, at));
    return folders;
  }
}
