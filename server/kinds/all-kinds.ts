import { dockerfileKind } from "./dockerfile-kind.ts";
import { manifestKind } from "./manifest-kind.ts";
import { scriptKind } from "./script-kind.ts";
import type { TextKind } from "./text-kind.ts";

/** Every kind, the one that takes any file last. */
const kinds: readonly TextKind[] = [manifestKind, scriptKind, dockerfileKind];

/** The kind of a file on disk, by its name and text. */
export function kindOfFile(name: string, text: string): TextKind {
  return kinds.find((kind) => kind.takes(name, text)) ?? dockerfileKind;
}

/** The kind of an editor's document; undefined for one without rules. */
export function kindOfDocument(language: string, name: string): TextKind | undefined {
  return kinds.find((kind) => kind.opens(language, name));
}
