import { printable } from "../../engine/progress/cells.ts";
import { stopLocalRegistry } from "../../engine/registry/local-registry.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewOptions } from "../few-options.ts";
import type { Terminal } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";

const stopHelp = `Usage: lab-images registry stop [options]

Ends the registry that "lab-images registry start" runs on a host. Its images stay in the volume lab-images-registry.

Options:
      --delete-images  Delete its images too
  -H, --host <url>     The host (default: DOCKER_HOST, the current docker context, this machine)
  -h, --help           Show this help
  -v, --version        Show the version
`;

const options = {
  "delete-images": { type: "boolean" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** `lab-images registry stop`: ends the registry on a host, returns the exit code. */
export async function stopCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewOptions(args, options, stopHelp, terminal);
  if (typeof given === "number") return given;
  const deleteImages = given.has("delete-images");
  return withConnection({ option: given.get("host") }, terminal, async (connection) => {
    const ended = await stopLocalRegistry(connection, { deleteImages });
    const host = printable(connection.host.name);
    terminal.out(
      ended ? `The registry on ${host} has ended\n` : `No registry of lab-images runs on ${host}\n`,
    );
    if (deleteImages) terminal.out("Its images are deleted\n");
    return exitCodes.fine;
  });
}
