/** A text of several lines, an instruction or an error, on one. */
export function oneLine(text: string): string {
  const [first = "", ...others] = text.split("\n");
  if (others.length === 0) return text;
  const last = others.length - 1;
  const rest = others.map((line, index) => (index === last ? line.trimStart() : line.trim()));
  return [first.trimEnd(), ...rest.filter((line) => line !== "")].join(" ");
}
