import { homedir } from "node:os";
import { join } from "node:path";

/** Where what Lab Images keeps for a user's later runs lies on this machine, as the system has it. Absolute. */
export function cacheFolder(): string {
  return join(cachesOfUser(), "lab-images");
}

function cachesOfUser(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (process.platform === "win32" && local) return local;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return xdg || join(homedir(), ".cache");
}
