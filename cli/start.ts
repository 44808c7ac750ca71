import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import * as zlib from "node:zlib";
import { cacheFolder } from "../engine/cache-folder.ts";
import { runFromKept } from "./kept-code.ts";

// On Windows a program that is called by its name is not one that lies in the current folder, a clone's `ssh.exe`.
process.env.NoDefaultCurrentDirectoryInExePath ??= "1";

const oldestNode = 20;
const command = process.argv[2] ?? "";

// A long log makes much short-lived garbage: V8's young heap would grow by 60 MB and stay so, for no speed. Not in the
// command itself: V8 refuses code that was kept under other flags than those it is loaded with.
if (command === "build") setFlagsFromString("--semi-space-growth-factor=1");

/**
 * Reading the commands anew is a third of what a short command takes, and compiling what it uses a tenth of a long one.
 * Node would keep the first alone, and in a folder that all users of a machine share; ours lies with this user's other
 * caches. A Node 20 without checksums keeps nothing.
 */
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  // It would begin, and fail in the midst of its work.
  process.stderr.write(
    `lab-images: Node ${process.version} is too old: Node ${oldestNode} or later is needed.\n`,
  );
  process.exitCode = 2;
} else if (process.env.NODE_DISABLE_COMPILE_CACHE === undefined && "crc32" in zlib)
  runFromKept(join(__dirname, "commands.js"), {
    folder: join(cacheFolder(), "compiled"),
    name: /^(?:lint|build|push|graph)$/.exec(command)?.[0] ?? "other",
  });
else require("./commands.js");
