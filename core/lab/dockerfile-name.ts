/** What the Dockerfile of an image's folder is called; one of another name builds a variant. */
export const plainNames = ["Dockerfile", "Containerfile"] as const;

/** Whether a file of this name is the one that its folder is the image of. */
export function isPlainName(name: string): boolean {
  return plainNames.some((each) => each === name);
}

/** Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.dev`, `gpu.Dockerfile`, `Containerfile` … */
export function isDockerfileName(name: string): boolean {
  if (/\.(dockerignore|md|orig|rej|swp|bak)$/.test(name) || name.endsWith("~")) return false;
  return (
    /^(Dockerfile|Containerfile)(\..+)?$/.test(name) || /\.(Dockerfile|dockerfile|Containerfile)$/.test(name)
  );
}
