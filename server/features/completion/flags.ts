import { type CompletionItem, CompletionItemKind, type Range } from "vscode-languageserver";
import { flagsOf, mountOptions, mountTypes } from "../../../core/dockerfile/flags.ts";

const suggestNext = { title: "", command: "editor.action.triggerSuggest" };

/** The flags of an instruction, where `--` or the beginning of one is typed. `range` is the word, which they replace. */
export function flagItems(keyword: string, range: Range): CompletionItem[] {
  return flagsOf(keyword).map(({ name, does, values, bare }) => {
    const text = `--${name}${bare ? "" : "="}`;
    const more = values !== undefined || name === "mount" || name === "from";
    return {
      label: `--${name}`,
      kind: CompletionItemKind.Property,
      detail: does,
      filterText: text,
      textEdit: { range, newText: text },
      ...(more ? { command: suggestNext } : {}),
    };
  });
}

/** The values of a flag, where they can be listed. `range` is what stands behind `=`. */
export function flagValueItems(keyword: string, flag: string, range: Range): CompletionItem[] {
  const values = flagsOf(keyword).find(({ name }) => name === flag)?.values ?? [];
  return values.map((value, place) => valueItem(value, place, range));
}

/** What may come next in `--mount=…`: `before` is what stands behind `--mount=`, up to the cursor. */
export function mountItems(before: string, rangeOf: (length: number) => Range): CompletionItem[] {
  const written = before.split(",");
  const last = written.at(-1) ?? "";
  const given = new Map(written.slice(0, -1).map(namedValue));
  const equals = last.indexOf("=");
  if (equals >= 0) {
    const range = rangeOf(last.length - equals - 1);
    const name = last.slice(0, equals);
    if (name === "type")
      return mountTypes.map(({ type, does }, place) => ({ ...valueItem(type, place, range), detail: does }));
    const option = mountOptions(given.get("type")).find((each) => each.name === name);
    return (option?.values ?? []).map((value, place) => valueItem(value, place, range));
  }
  const range = rangeOf(last.length);
  const type = { name: "type", does: "what is mounted; bind without it", values: [], bare: false };
  const options = [...(given.has("type") ? [] : [type]), ...mountOptions(given.get("type"))];
  return options
    .filter(({ name }) => !given.has(name))
    .map(({ name, does, values, bare }, place) => ({
      label: name,
      kind: CompletionItemKind.Property,
      detail: does,
      sortText: String(place).padStart(2, "0"),
      textEdit: { range, newText: bare ? name : `${name}=` },
      ...(values === undefined ? {} : { command: suggestNext }),
    }));
}

function namedValue(part: string): [string, string] {
  const equals = part.indexOf("=");
  return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
}

function valueItem(value: string, place: number, range: Range): CompletionItem {
  return {
    label: value,
    kind: CompletionItemKind.EnumMember,
    sortText: String(place).padStart(2, "0"),
    textEdit: { range, newText: value },
  };
}
