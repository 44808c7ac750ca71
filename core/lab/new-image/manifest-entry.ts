import { withValue } from "../manifest-edit.ts";
import type { NewImage } from "./new-image.ts";

/**
 * The manifest's text with the new image in it, comments and layout kept; a new manifest where there is none. Undefined
 * where it cannot be read, or has the image already: nobody writes to it then.
 */
export function withImage(
  manifestText: string | undefined,
  { name, base, labBase }: NewImage,
): string | undefined {
  const entry = { tag: "latest", args: { BASE_IMG: labBase ? `\${image:${labBase}}` : base } };
  if (manifestText === undefined) return `${JSON.stringify({ images: { [name]: entry } }, null, 2)}\n`;
  return withValue(manifestText, ["images", name], entry);
}
