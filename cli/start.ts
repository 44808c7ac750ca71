import { homedir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { runFromKept } from "./kept-code.ts";

/**
 * Reading the commands anew is a third of what a short command takes, and compiling what it uses a tenth of a long one.
 * Node would keep the first alone, and in a folder that all users of a machine share; ours lies with this user's other
 * caches. A Node 20 without checksums keeps nothing.
 */
if (process.env.NODE_DISABLE_COMPILE_CACHE === undefined && "crc32" in zlib)
  runFromKept(join(__dirname, "commands.js"), {
    folder: join(cacheFolder(), "lab-images", "compiled"),
    name: /^(?:lint|build|push|graph)$/.exec(process.argv[2] ?? "")?.[0] ?? "other",
  });
else require("./commands.js");

function cacheFolder(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (process.platform === "win32" && local) return local;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return xdg || join(homedir(), ".cache");
}
