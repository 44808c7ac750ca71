import { EngineFailure } from "../../engine/failure.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { failureSentence } from "../failure-sentence.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import type { Terminal } from "../terminal.ts";
import { loginRegistry } from "./login-registry.ts";

const logoutHelp = `Usage: lab-images logout [REGISTRY]

Forgets the login to a registry that docker or lab-images keeps on this machine, as docker logout does. Without REGISTRY:
the lab's, by lab-images.json or the build script; Docker Hub where there is neither.

Options:
  -h, --help     Show this help
  -v, --version  Show the version

Exit code: 0 no login is kept any more, 2 bad usage, 4 docker's config or its helper fails.
`;

/** `lab-images logout`: forgets a login, returns the exit code. */
export async function logoutCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewArguments(args, {}, logoutHelp, terminal);
  if (typeof given === "number") return given;
  const [word, more] = given.words;
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, logoutHelp, terminal);
  try {
    const registry = loginRegistry(word, "logout");
    const erased = await new DockerCredentials().erase(registry);
    terminal.err(erased ? `Logged out of ${registry}\n` : `No login to ${registry} was kept here\n`);
    return exitCodes.fine;
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    terminal.err(`lab-images: ${failureSentence(error.details)}\n`);
    return exitCodeOf(error.details.cause);
  }
}
