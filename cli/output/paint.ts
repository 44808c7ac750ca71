/** The terminal's styles, as the numbers of its escape sequences. */
export const styles = { bold: "1", dim: "2" } as const;

/** Some of a terminal's colours, or none. */
export type Paint = (style: string, text: string) => string;

export function painter(colour: boolean): Paint {
  return colour ? (style, text) => `\u001b[${style}m${text}\u001b[0m` : (_, text) => text;
}
