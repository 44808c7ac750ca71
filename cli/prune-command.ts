import { namelessImages, removeNamelessImages } from "../engine/build/replaced-image.ts";
import { printable } from "../engine/progress/cells.ts";
import { bytesText } from "../engine/progress/quantities.ts";
import { exitCodes } from "./exit-codes.ts";
import { readFewOptions } from "./few-options.ts";
import { counted } from "./output/counted.ts";
import type { Terminal } from "./terminal.ts";
import { withConnection } from "./with-connection.ts";

const pruneHelp = `Usage: lab-images prune [--yes] [--host <url>]

Counts the images that have lost their names on a host, as rebuilds under the same tag leave them behind, and with --yes
removes those that no container uses. They may be other people's too; no image with a name is touched.

Options:
      --yes         Remove them
  -H, --host <url>  The host (default: DOCKER_HOST, the current docker context, this machine)
  -h, --help        Show this help
  -v, --version     Show the version
`;

const options = {
  yes: { type: "boolean", short: "y" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** `lab-images prune`: counts and removes images without a name. */
export async function pruneCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewOptions(args, options, pruneHelp, terminal);
  if (typeof given === "number") return given;
  return withConnection({ option: given.get("host") }, terminal, async (connection) => {
    const { images, size } = await namelessImages(connection);
    const count = `${counted(images.length, "image")} without a name on ${printable(connection.host.name)}`;
    if (images.length === 0) terminal.out(`No images without a name on ${printable(connection.host.name)}\n`);
    else if (given.has("yes")) {
      const { removed, freed } = await removeNamelessImages(connection);
      const kept = images.length - removed;
      const rest = kept > 0 ? `; ${counted(kept, "image")} kept, as containers use them` : "";
      terminal.out(`Removed ${counted(removed, "image")}, ${bytesText(freed)} freed${rest}\n`);
    } else terminal.out(`${count}, up to ${bytesText(size)}. "lab-images prune --yes" removes them\n`);
    return exitCodes.fine;
  });
}
