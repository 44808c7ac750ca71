import { type ParsedScript, parse } from "unbash";

/**
 * The syntax trees of a document's shell scripts, kept from one version to the next: a tree depends on its script's
 * text alone, and an edit changes one script. A tree is not changed once it is parsed.
 */
export class SyntaxTrees {
  #before: ReadonlyMap<string, ParsedScript> = new Map();
  #now = new Map<string, ParsedScript>();

  /** The next version begins: what the one before it did not ask for is dropped. */
  advance(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** The tree of a script's text, which must not be changed. Never throws: what cannot be read gives a partial tree. */
  of(text: string): ParsedScript {
    let tree = this.#now.get(text);
    if (!tree) {
      tree = this.#before.get(text) ?? parse(text);
      this.#now.set(text, tree);
    }
    return tree;
  }
}
