/** The images of a lab, as far as it takes to know which build on which. */
interface Images {
  readonly imageNames: readonly string[];
  dockerfileOfImage(name: string): string | undefined;
  /** The names of the images that a Dockerfile builds on, copies from or mounts. */
  basesOf(path: string): readonly string[];
}

/** The Dockerfiles of a lab by the image that they build on or copy from; read when first asked for. */
export class BuiltOn {
  readonly #images: Images;
  #users: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(images: Images) {
    this.#images = images;
  }

  /** The paths of the Dockerfiles that use what the one at `path` makes, directly or through others; without itself. */
  pathsOf(path: string): string[] {
    this.#users ??= this.#read();
    const found = new Set([path]);
    for (const each of found) for (const user of this.#users.get(each) ?? []) found.add(user);
    found.delete(path);
    return [...found];
  }

  #read(): Map<string, string[]> {
    const users = new Map<string, string[]>();
    for (const name of this.#images.imageNames) {
      const path = this.#images.dockerfileOfImage(name);
      for (const base of path === undefined ? [] : this.#images.basesOf(path)) {
        const used = this.#images.dockerfileOfImage(base);
        if (path !== undefined && used !== undefined) users.set(used, [...(users.get(used) ?? []), path]);
      }
    }
    return users;
  }
}
