/** Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.dev`, `gpu.Dockerfile`, `Containerfile` … */
export function isDockerfileName(name: string): boolean {
  if (/\.(dockerignore|md|orig|rej|swp|bak)$/.test(name) || name.endsWith("~")) return false;
  return (
    /^(Dockerfile|Containerfile)(\..+)?$/.test(name) || /\.(Dockerfile|dockerfile|Containerfile)$/.test(name)
  );
}
