import { openContents } from "../../engine/registry/contents/open-contents.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import { painter } from "../output/paint.ts";
import type { Terminal } from "../terminal.ts";
import { withConnections } from "../with-connections.ts";
import { askedRepositories } from "./asked-repositories.ts";
import { type Listed, listRepositories } from "./list-repositories.ts";
import { listingText } from "./listing-text.ts";
import { usualHost } from "./usual-host.ts";

const listHelp = `Usage: lab-images registry ls [options] [REPOSITORY]

Lists the tags of a repository (registry/path/name), what is under one tag (registry/path/name:tag), what a registry has
under a path (registry/path/), or, without one, what there is of the lab's images. Docker need not be there. Passwords are
those that docker login has kept on this machine; each goes to its registry alone. A Harbor is asked by its own API, also
with the CLI secret of somebody who logs in there by OIDC.

Options:
  -l, --long        Look into each tag: digest, size of a pull, date (of the push where it is told), platforms, CUDA
      --json        Print JSON, with --long the whole digest and the labels too
      --plain-http  Ask over HTTP, without encryption; on this machine it is always that
  -H, --host <url>  The host whose registry localhost:5000 is, over ssh (default: DOCKER_HOST, the current docker
                    context, this machine); any other registry is asked from here
  -h, --help        Show this help
  -v, --version     Show the version

Exit code: 0 listed, 1 the registry fails or cannot be reached, 2 bad usage, 3 the host cannot be reached, 4 it wants a login, or refuses this one,
130 cancelled.
`;

const options = {
  long: { type: "boolean", short: "l" },
  json: { type: "boolean" },
  "plain-http": { type: "boolean" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** `lab-images registry ls`: lists repositories and tags, returns the exit code. */
export async function listCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewArguments(args, options, listHelp, terminal);
  if (typeof given === "number") return given;
  const [word, more] = given.words;
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, listHelp, terminal);
  return withConnections(terminal, async (connections, connecting) => {
    const asked = askedRepositories(word, terminal);
    const host = await usualHost(given.options.get("host"));
    const listing = listRepositories(asked, {
      long: given.options.has("long"),
      plainHttp: given.options.has("plain-http"),
      signal: connecting.signal,
      open: (how) => openContents(how, host, (its) => connections.connect(its, connecting)),
    });
    const repositories: Listed[] = [];
    for await (const each of listing) {
      repositories.push(each);
      if (!given.options.has("json")) terminal.out(listingText(each, painter(terminal.colour)));
    }
    if (given.options.has("json")) terminal.out(`${JSON.stringify({ repositories }, undefined, 2)}\n`);
    return exitCodes.fine;
  });
}
