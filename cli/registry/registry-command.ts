import { nearestWord } from "../../core/nearest-word.ts";
import { version } from "../../package.json";
import { exitCodes } from "../exit-codes.ts";
import { tellMistake } from "../few-options.ts";
import type { Terminal } from "../terminal.ts";

const registryHelp = `Usage: lab-images registry ls [options] [REPOSITORY]
       lab-images registry rm [--yes] <registry/path/name:tag>
       lab-images registry start [options]
       lab-images registry stop [options]

Lists what registries have, and runs the standard registry on a host for whoever has no account at another one.

Commands:
  ls     List the tags of the lab's images, of a repository, or what a registry has under a path
  rm     Delete a tag, where the registry allows it
  start  Run a registry on this machine, or on another host, for the Docker daemon there alone
  stop   End it

Options:
  -h, --help     Show this help; "lab-images registry ls --help" shows a command's
  -v, --version  Show the version
`;

type Action = (args: readonly string[], terminal: Terminal) => Promise<number>;

const actions: ReadonlyMap<string, () => Promise<Action>> = new Map([
  ["ls", async (): Promise<Action> => (await import("./ls-command.ts")).listCommand],
  ["rm", async () => (await import("./rm-command.ts")).removeCommand],
  ["start", async () => (await import("./start-command.ts")).startCommand],
  ["stop", async () => (await import("./stop-command.ts")).stopCommand],
]);

/** `lab-images registry`: hands over to its commands, returns the exit code. */
export async function registryCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = args;
  const load = action === undefined ? undefined : actions.get(action);
  if (load) return (await load())(rest, terminal);
  if (action === "--help" || action === "-h" || action === "--version" || action === "-v") {
    terminal.out(action.endsWith("h") || action === "--help" ? registryHelp : `${version}\n`);
    return exitCodes.fine;
  }
  const names = [...actions.keys()];
  if (action === undefined)
    return tellMistake(`say what to do: registry ${names.join(", ")}.`, registryHelp, terminal);
  const near = nearestWord(action, names);
  return tellMistake(
    `registry has ${names.map((name) => `"${name}"`).join(", ")}, not "${action}"${near === undefined ? "." : `; did you mean "${near}"?`}`,
    registryHelp,
    terminal,
  );
}
