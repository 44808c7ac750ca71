import type { EngineFailure } from "../../engine/failure.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { pushTarget } from "../../engine/registry/push-target.ts";
import { version } from "../../package.json";
import { knownKind, screenOf } from "../build/choose-progress.ts";
import { pushTags } from "../build/push-tags.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { failureSentence } from "../failure-sentence.ts";
import { printable } from "../output/cells.ts";
import { type Terminal, wantsColour } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";
import { type PushOptions, readPushArguments } from "./push-arguments.ts";

const pushHelp = `Usage: lab-images push [options] <registry/path/name:tag>…

Pushes images that a host's Docker daemon has to their registries, one after the other, and prints their digests. No
docker command is needed. Passwords are those that docker login has kept on this machine; each goes to its registry alone.

Options:
  -H, --host <url>       The host whose images are pushed: unix:///…, ssh://user@node, tcp://…, or a docker context
                         (default: DOCKER_HOST, the current docker context, this machine)
      --progress <kind>  auto, tty (drawn in place), plain (lines), json (the events, one a line; on stdout)
  -h, --help             Show this help
  -v, --version          Show the version

Ctrl+C cancels the push; once more quits at once.

Exit code: 0 pushed, 1 a push failed, 2 bad usage or no such image, 3 the host cannot be reached, 4 not authorised
there or at the registry, 130 cancelled.
`;

/** `lab-images push`: pushes images, shows how it goes, returns the exit code. */
export async function pushCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readPushArguments(args);
  switch (read.kind) {
    case "help":
      terminal.out(pushHelp);
      return exitCodes.fine;
    case "version":
      terminal.out(`${version}\n`);
      return exitCodes.fine;
    case "mistake":
      terminal.err(`lab-images: ${printable(read.message)}\n\n${pushHelp}`);
      return exitCodes.failed;
    case "push":
      return pushImages(read.options, terminal);
  }
}

async function pushImages({ references, host, progress }: PushOptions, terminal: Terminal): Promise<number> {
  const kind = knownKind(progress, process.stderr, process.env);
  const screen = screenOf(process.stderr, wantsColour(process.stderr, process.env));
  const tell = ({ details }: EngineFailure) => {
    const event = { kind: "finished", outcome: { ok: false, ...details, duration: 0 } };
    if (kind === "json") terminal.out(`${JSON.stringify({ kind: "push", event })}\n`);
    else terminal.err(`lab-images: ${failureSentence(details)}\n`);
  };
  return withConnection(
    { option: host },
    terminal,
    async (connection, signal) => {
      // All of them before the first: a mistake in the last name is no reason to wait for the others.
      for (const reference of references) pushTarget(reference);
      const view = { kind, screen, out: terminal.out };
      const failure = await pushTags(connection, references, new DockerCredentials(), signal, view);
      if (!failure) return exitCodes.fine;
      if (kind !== "json") terminal.err(`ERROR: ${failureSentence(failure)}\n`);
      return exitCodeOf(failure.cause);
    },
    tell,
  );
}
