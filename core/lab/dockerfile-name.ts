/** What the Dockerfile of an image's folder is called; one of another name builds a variant. */
export const plainNames = ["Dockerfile", "Containerfile"] as const;

/** Whether a file of this name is the one that its folder is the image of. */
export function isPlainName(name: string): boolean {
  return plainNames.some((each) => each === name);
}

/**
 * Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.dev`, `gpu.Dockerfile`, `Containerfile` … The
 * extension's manifest gives the language to the same names and to leftovers ({@link isBesideDockerfile}), and another one to
 * ignore files.
 */
export function isDockerfileName(name: string): boolean {
  if (isBesideDockerfile(name)) return false;
  return (
    /^(Dockerfile|Containerfile)(\..+)?$/.test(name) ||
    /\.(Dockerfile|dockerfile|Containerfile|containerfile)$/.test(name)
  );
}

const globs = ["Dockerfile", "Containerfile"].flatMap((name) => [
  ...[name, `${name}.*`],
  ...[`*.${name}`, `*.${name.toLowerCase()}`],
]);

/** Whether a file is none that is built, whatever its language: `Dockerfile.dockerignore`, a note, what a tool has left. */
export function isBesideDockerfile(name: string): boolean {
  return /\.(dockerignore|md|orig|rej|swp|bak)$/.test(name) || name.endsWith("~");
}

/** A glob of files in any folder; wider than {@link isDockerfileName}. */
export const dockerfileGlob = `**/{${globs.join(",")}}`;
