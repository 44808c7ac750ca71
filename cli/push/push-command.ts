import type { Lab } from "../../core/lab/lab.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { labTags } from "../../engine/build/lab-request.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { probePush } from "../../engine/registry/probe-push.ts";
import { pushTarget } from "../../engine/registry/push-target.ts";
import { knownKind, screenOf } from "../build/choose-progress.ts";
import { OptionMistake } from "../build/option-values.ts";
import { type ProgressKind, readProgressKind } from "../build/progress-kind.ts";
import { pushTags } from "../build/push-tags.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { failureSentence } from "../failure-sentence.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import { labHere, tellProblems } from "../lab-here.ts";
import { authoriseAtTerminal } from "../login/ask-login.ts";
import { type Terminal, wantsColour } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";

const pushHelp = `Usage: lab-images push [options] <registry/path/name:tag | image>…

Pushes images that a host's Docker daemon has to their registries, one after the other, and prints their digests. The
name of an image of the lab stands for what the lab builds it as. No docker command is needed. Passwords are those that
docker login has kept on this machine; each goes to its registry alone.

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

const options = {
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
  progress: { type: "string", example: "--progress plain" },
} as const;

/** `lab-images push`: pushes images, shows how it goes, returns the exit code. */
export async function pushCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewArguments(args, options, pushHelp, terminal);
  if (typeof given === "number") return given;
  if (given.words.length === 0)
    return tellMistake(
      "say what to push: the name of an image, registry/path/name:tag, or of one of the lab.",
      pushHelp,
      terminal,
    );
  try {
    const progress = readProgressKind(given.options.get("progress") ?? "auto");
    return await pushImages(given.words, given.options.get("host"), progress, terminal);
  } catch (error) {
    if (error instanceof OptionMistake) return tellMistake(error.message, pushHelp, terminal);
    throw error;
  }
}

async function pushImages(
  names: readonly string[],
  host: string | undefined,
  progress: ProgressKind,
  terminal: Terminal,
): Promise<number> {
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
      const references = referencesOf(names, terminal);
      // All of them before the first: a mistake in the last name is no reason to wait for the others.
      for (const reference of references) pushTarget(reference);
      const credentials = new DockerCredentials();
      const authorise = authoriseAtTerminal(connection, signal, terminal.err);
      // Where nobody can log in, the push itself says what is wrong.
      if (authorise) await probePush(connection, references, { credentials, signal, authorise });
      const view = { kind, screen, out: terminal.out };
      const failure = await pushTags(connection, references, credentials, signal, view);
      if (!failure) return exitCodes.fine;
      if (kind !== "json") terminal.err(`ERROR: ${failureSentence(failure)}\n`);
      return exitCodeOf(failure.cause);
    },
    tell,
  );
}

/** The names of a lab's images as the lab builds them, all others as they are. @throws {EngineFailure} */
function referencesOf(names: readonly string[], terminal: Terminal): string[] {
  // A folder's name holds none of these.
  if (names.every((name) => /[/:@]/.test(name))) return [...names];
  const { lab, problems } = labHere();
  tellProblems(problems, terminal);
  return names.map((name) => {
    const dockerfile = lab.dockerfileOfImage(name);
    if (dockerfile === undefined) return noImageOf(lab, name);
    return labTags(lab.buildOf(dockerfile)).tags[0] ?? name;
  });
}

/** A name that no image of the lab has, and is one of its own. @throws {EngineFailure} where it is one of the lab's misspelt */
function noImageOf(lab: Lab, name: string): string {
  const near = /[/:@]/.test(name) ? undefined : nearestWord(name, lab.imageNames);
  if (near === undefined) return name;
  throw new EngineFailure({
    cause: "request",
    what: `there is no image of the lab called "${name}"`,
    next: `Did you mean ${near}?`,
  });
}
