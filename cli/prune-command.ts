import { removeUnusedCache, unusedCache } from "../engine/build/build-cache.ts";
import type { Connection } from "../engine/connection/connection.ts";
import { namelessImages, removeNamelessImages } from "../engine/images/nameless-images.ts";
import { printable } from "../engine/progress/cells.ts";
import { bytesText } from "../engine/progress/quantities.ts";
import { exitCodes } from "./exit-codes.ts";
import { readFewOptions } from "./few-options.ts";
import { counted } from "./output/counted.ts";
import type { Terminal } from "./terminal.ts";
import { withConnection } from "./with-connection.ts";

const pruneHelp = `Usage: lab-images prune [--yes] [--images] [--cache] [--host <url>]

Shows how much a host keeps of images that have lost their names, as rebuilds under the same tag leave them behind, and of
build cache that no image uses; with --yes removes both. Images that a container uses stay. Both may be other people's too:
no image with a name is touched, and what is built next runs more of its steps anew.

Options:
      --yes         Remove them
      --images      Only images without a name
      --cache       Only build cache
  -H, --host <url>  The host (default: DOCKER_HOST, the current docker context, this machine)
  -h, --help        Show this help
  -v, --version     Show the version
`;

const options = {
  yes: { type: "boolean", short: "y" },
  images: { type: "boolean" },
  cache: { type: "boolean" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** `lab-images prune`: shows what a host keeps for nothing, and removes it. */
export async function pruneCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewOptions(args, options, pruneHelp, terminal);
  if (typeof given === "number") return given;
  const both = given.has("images") === given.has("cache");
  return withConnection({ option: given.get("host") }, terminal, async (connection, signal) => {
    const found = [
      ...(both || given.has("images") ? await shownImages(connection) : []),
      ...(both || given.has("cache") ? await shownCache(connection) : []),
    ];
    const host = printable(connection.host.name);
    if (found.length === 0) terminal.out(`There is nothing to prune on ${host}\n`);
    else if (given.has("yes")) for (const { remove } of found) terminal.out(`${await remove(signal)}\n`);
    else {
      terminal.out(`On ${host}:\n${found.map(({ text }) => `  ${text}\n`).join("")}`);
      const only = both ? "" : given.has("images") ? " --images" : " --cache";
      terminal.out(`"lab-images prune${only} --yes" removes what is listed\n`);
    }
    return exitCodes.fine;
  });
}

/** What can be removed. */
interface Prunable {
  readonly text: string;
  /** Says what was. */
  readonly remove: (signal: AbortSignal) => Promise<string>;
}

async function shownImages(connection: Connection): Promise<Prunable[]> {
  const { images, size } = await namelessImages(connection);
  if (images.length === 0) return [];
  const remove = async (signal: AbortSignal) => {
    const { removed, freed } = await removeNamelessImages(connection, signal);
    const kept = images.length - removed;
    const rest = kept > 0 ? `; ${counted(kept, "image")} kept, as containers use them` : "";
    return `Removed ${counted(removed, "image")}, ${bytesText(freed)} freed${rest}`;
  };
  return [{ text: `${counted(images.length, "image")} without a name, up to ${bytesText(size)}`, remove }];
}

async function shownCache(connection: Connection): Promise<Prunable[]> {
  const { records, size } = await unusedCache(connection);
  if (records === 0) return [];
  const remove = async (signal: AbortSignal) =>
    `Removed build cache, ${bytesText(await removeUnusedCache(connection, signal))} freed`;
  return [{ text: `${bytesText(size)} of build cache that no image uses`, remove }];
}
