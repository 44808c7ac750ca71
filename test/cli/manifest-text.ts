import type { LabImage } from "../../core/lab/lab-image.ts";

/** The manifest's text with a value for one more build argument of the image. */
export function withArgument({ name, manifestText }: LabImage, argument: string): string {
  const manifest = JSON.parse(manifestText ?? "{}") as Manifest;
  const image = name ?? "";
  const args = { ...manifest.images?.[image]?.args, [argument]: "value" };
  return `${JSON.stringify({ ...manifest, images: { ...manifest.images, [image]: { args } } }, undefined, 2)}\n`;
}

interface Manifest {
  readonly images?: Readonly<Record<string, { readonly args?: Readonly<Record<string, string>> }>>;
}
