import { join } from "node:path";
import * as zlib from "node:zlib";
import { cacheFolder } from "../engine/cache-folder.ts";
import { runFromKept } from "./kept-code.ts";

/**
 * Reading the commands anew is a third of what a short command takes, and compiling what it uses a tenth of a long one.
 * Node would keep the first alone, and in a folder that all users of a machine share; ours lies with this user's other
 * caches. A Node 20 without checksums keeps nothing.
 */
if (process.env.NODE_DISABLE_COMPILE_CACHE === undefined && "crc32" in zlib)
  runFromKept(join(__dirname, "commands.js"), {
    folder: join(cacheFolder(), "compiled"),
    name: /^(?:lint|build|push|graph)$/.exec(process.argv[2] ?? "")?.[0] ?? "other",
  });
else require("./commands.js");
