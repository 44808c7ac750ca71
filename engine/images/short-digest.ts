/** A digest in few characters, as docker has it: `sha256:` and its first twelve digits. */
export function shortDigest(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}

/** The same without the algorithm, as `docker images` has ids. */
export function shortId(digest: string): string {
  return shortDigest(digest).replace(/^sha256:/, "");
}
