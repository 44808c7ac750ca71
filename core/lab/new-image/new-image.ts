/** What the image is for: what its Dockerfile installs. */
export type Framework = "pytorch" | "jax" | "tensorflow" | "none";

/** What the author has decided. */
export interface NewImage {
  /** The folder's and the image's name: what can stand in a reference. */
  readonly name: string;
  /** The base's reference; that of an image of the lab where `labBase` names one. */
  readonly base: string;
  /** The image of the lab that it builds on: the manifest then gives its name as the base. */
  readonly labBase?: string;
  readonly framework: Framework;
  /** Whether something is compiled in it: a builder stage is laid out. */
  readonly compiles: boolean;
}

/** Why a name cannot be an image's; undefined for one that can. */
export function newNameFault(name: string, taken: readonly string[]): string | undefined {
  if (name === "") return "Give it a name: the folder and the image are called so.";
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name))
    return "Lower-case letters, digits, and single dots, dashes or underscores between them: a registry takes nothing else.";
  if (taken.includes(name)) return `The lab has an image ${name} already.`;
  return undefined;
}
