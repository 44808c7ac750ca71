import type { Fix } from "../rule.ts";
import type { UsedImage } from "./used-image.ts";

/** A fix for each tag, preferred first; fix-all takes the first where `automatic`. Empty where there is no place for one. */
export function tagFixes(used: UsedImage, tags: readonly string[], automatic: boolean): Fix[] {
  const { slot, reference } = used;
  if (!slot) return [];
  return tags.map((tag, index) => ({
    title: `Use ${reference.name}:${tag}`,
    automatic: automatic && slot.alone && index === 0,
    edits: [{ span: slot.span, newText: slot.before + tag }],
  }));
}

/** A sentence that says where the words come from when they are not all in the line; else empty. */
export function originOf({ arguments: used, slot }: UsedImage): string {
  const names = [...new Set(used.map(({ name }) => name))];
  if (names.length === 0) return "";
  const given = used.filter((argument) => argument.given !== undefined).map(({ name }) => name);
  if (given.length > 0) {
    return ` ${inWords(given)} ${given.length > 1 ? "are" : "is"} given by lab-images.json or by the build script: change it there.`;
  }
  if (slot) return ` The value is the default of ARG ${names[0]}.`;
  return ` The value comes from the ${names.length > 1 ? "defaults" : "default"} of ARG ${inWords(names)}.`;
}

/** `a`, `a or b`, `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
