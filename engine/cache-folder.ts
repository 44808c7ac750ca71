import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where what Lab Images keeps for a user's later runs lies on this machine, as the system has it. Absolute. */
export function cacheFolder(): string {
  return join(cachesOfUser(), "lab-images");
}

function cachesOfUser(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (process.platform === "win32" && local) return local;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  // The XDG base directory specification has a relative one ignored.
  return xdg && isAbsolute(xdg) ? xdg : join(homedir(), ".cache");
}
