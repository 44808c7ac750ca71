/** What is drawn of an image: its name, and those that it builds on. */
export interface Based {
  readonly name: string;
  readonly bases: readonly string[];
}

/** A place of an image in the forest: beneath one of its bases, or at a root. */
export interface ForestNode<Image extends Based> {
  readonly image: Image;
  /** Those that build on it. */
  readonly children: readonly ForestNode<Image>[];
  /** What builds on it is shown where it comes first. */
  readonly again: boolean;
}

/**
 * Images as trees: beneath each one those that build on it, at the roots those that build on none of them, each list in the
 * order given. One with several bases stands beneath each of them, what builds on it beneath the first alone. Of a cycle
 * the first image stands at a root.
 */
export function imageForest<Image extends Based>(images: readonly Image[]): readonly ForestNode<Image>[] {
  const shown = new Set<string>();
  const grow = (image: Image): ForestNode<Image> => {
    const above = images.filter(({ bases }) => bases.includes(image.name));
    if (shown.has(image.name)) return { image, children: [], again: above.length > 0 };
    shown.add(image.name);
    return { image, children: above.map(grow), again: false };
  };
  const names = new Set(images.map(({ name }) => name));
  const roots = images.filter(({ bases }) => !bases.some((base) => names.has(base))).map(grow);
  const left = images.flatMap((image) => (shown.has(image.name) ? [] : [grow(image)]));
  return [...roots, ...left];
}
