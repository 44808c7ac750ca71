import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Has Node keep what V8 compiles of the commands: reading them anew is a third of what a short command takes. Node does
 * so by itself in a folder that all users of a machine share; ours lies with this user's other caches. Node 20 knows
 * nothing of it, and where the folder cannot be written nothing is kept.
 */
nodeModule.enableCompileCache?.(join(cacheFolder(), "lab-images", "compiled"));

// A file of its own: the one that runs is compiled already.
require("./commands.js");

function cacheFolder(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (process.platform === "win32" && local) return local;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return xdg || join(homedir(), ".cache");
}
