import { EngineFailure } from "../../engine/failure.ts";
import { printable } from "../../engine/progress/cells.ts";
import { openContents } from "../../engine/registry/contents/open-contents.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { parseReferenceOrFail, pathOf, registryOf } from "../../engine/registry/registry-host.ts";
import { askAtTerminal } from "../ask-user.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import type { Terminal } from "../terminal.ts";
import { withConnections } from "../with-connections.ts";
import { usualHost } from "./usual-host.ts";

const removeHelp = `Usage: lab-images registry rm [--yes] [--host <url>] <registry/path/name:tag>

Deletes a tag in a registry, where the registry allows it. A Harbor deletes a tag alone; others may delete the image with
all of its tags, which are named first. It asks before, unless --yes is given.

Options:
  -y, --yes         Do not ask
  -H, --host <url>  The host whose registry localhost:5000 is, over ssh (default: DOCKER_HOST, the current docker
                    context, this machine); any other registry is asked from here
  -h, --help        Show this help
  -v, --version     Show the version

Exit code: 0 deleted, 1 the registry fails or deletes nothing, 2 bad usage, 3 the host cannot be reached, 4 it wants a login,
or refuses this one, 130 cancelled.
`;

const options = {
  yes: { type: "boolean", short: "y" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** `lab-images registry rm`: deletes a tag, returns the exit code. */
export async function removeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewArguments(args, options, removeHelp, terminal);
  if (typeof given === "number") return given;
  const [word, more] = given.words;
  if (word === undefined || more !== undefined)
    return tellMistake("name one tag to delete: registry/path/name:tag.", removeHelp, terminal);
  return withConnections(terminal, async (connections, connecting) => {
    const { signal } = connecting;
    const reference = parseReferenceOrFail(word);
    const { tag, name } = reference;
    if (tag === undefined) return tellMistake(`${name} has no tag: write ${name}:TAG.`, removeHelp, terminal);
    const registry = registryOf(reference);
    const path = pathOf(reference);
    const host = await usualHost(given.options.get("host"));
    const contents = await openContents({ registry, credentials: new DockerCredentials() }, host, (its) =>
      connections.connect(its, connecting),
    );
    const deletion = await contents.deletionOf(path, tag, signal);
    if (!given.options.has("yes")) await confirm(`${registry}/${path}:${tag}`, deletion.others, signal);
    await contents.deleteTag(deletion, signal);
    terminal.out(`Deleted ${registry}/${path}:${printable(tag)}\n`);
    return exitCodes.fine;
  });
}

/** @throws {EngineFailure} where nobody agrees */
async function confirm(
  reference: string,
  others: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<void> {
  const ask = askAtTerminal(process.stdin, process.stderr);
  const may = "may go with it, where the registry deletes images only";
  const company =
    others === undefined
      ? ` All other tags of its image ${may}.`
      : others.length > 0
        ? ` ${others.map(printable).join(", ")} ${may}.`
        : "";
  if (!ask)
    throw new EngineFailure({
      cause: "request",
      what: `nobody sits at a terminal here to agree that ${reference} is deleted.${company}`.replace(
        /\.$/,
        "",
      ),
      next: "Add --yes to delete it",
    });
  const answer = await ask({ kind: "text", prompt: `Delete ${reference}?${company} (yes/no)` }, signal);
  if (answer?.trim().toLowerCase() !== "yes")
    throw new EngineFailure({ cause: "cancelled", what: `${reference} is left as it is` });
}
