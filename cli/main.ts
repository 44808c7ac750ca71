import { basename } from "node:path";
import { nearestWord } from "../core/nearest-word.ts";
import { version } from "../package.json";
import { exitCodes } from "./exit-codes.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { mainHelp } from "./usage.ts";

/** A command gets the arguments behind its name and returns the exit code. */
type Command = (args: readonly string[], terminal: Terminal) => number | Promise<number>;

/** Each is loaded when it is called: what only a build needs must not slow the start of a check. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["lint", async (): Promise<Command> => (await import("./lint-command.ts")).lintCommand],
  ["explain", async () => (await import("./explain-command.ts")).explainCommand],
  ["build", async () => (await import("./build/build-command.ts")).buildCommand],
  ["push", async () => (await import("./push/push-command.ts")).pushCommand],
  ["registry", async () => (await import("./registry/registry-command.ts")).registryCommand],
  ["login", async () => (await import("./login/login-command.ts")).loginCommand],
  ["logout", async () => (await import("./login/logout-command.ts")).logoutCommand],
  ["init", async () => (await import("./init-command.ts")).initCommand],
  ["export", async () => (await import("./export-command.ts")).exportCommand],
  ["graph", async () => (await import("./graph/graph-command.ts")).graphCommand],
  ["layers", async () => (await import("./layers/layers-command.ts")).layersCommand],
  ["job", async () => (await import("./job/job-command.ts")).jobCommand],
  ["prune", async () => (await import("./prune-command.ts")).pruneCommand],
  ["hosts", async () => (await import("./hosts/hosts-command.ts")).hostsCommand],
  ["doctor", async () => (await import("./hosts/doctor-command.ts")).doctorCommand],
]);

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = args;
  if (first === "--version" || first === "-v") {
    terminal.out(`${version}\n`);
    return exitCodes.fine;
  }
  if (first === "--help" || first === "-h" || first === "help") {
    const load = rest[0] === undefined ? undefined : commands.get(rest[0]);
    if (load) return (await load())(["--help"], terminal);
    terminal.out(mainHelp);
    return exitCodes.fine;
  }
  const load = first === undefined ? undefined : commands.get(first);
  if (load) return (await load())(rest, terminal);
  terminal.err(`lab-images: ${whatIsWrong(first)}\n\n${mainHelp}`);
  return exitCodes.failed;
}

function whatIsWrong(first: string | undefined): string {
  if (first === undefined) return "say what to do.";
  const kind = first.startsWith("-") ? "option" : "command";
  const near = nearestWord(first, [...commands.keys(), "--help", "--version"]);
  return `there is no ${kind} "${first}"${near === undefined ? "." : `; did you mean "${near}"?`}`;
}

async function main(): Promise<void> {
  const terminal = openTerminal(process.stdout, process.stderr, process.env);
  // What nothing is left to answer ends Node without a word, as a success.
  const givenUp = () => {
    terminal.err(
      `${ownName()} has ended in the midst of its work; this is a fault of its own. Please report it.\n`,
    );
    process.exitCode = exitCodes.failed;
  };
  process.once("beforeExit", givenUp);
  try {
    // Not process.exit: what is still on its way to a pipe would be lost. Output that failed has set its own code.
    const code = await run(process.argv.slice(2), terminal);
    process.exitCode ??= code;
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(`${ownName()} has failed; this is a fault of its own. Please report it:\n${why}\n`);
    process.exitCode = exitCodes.failed;
  } finally {
    process.off("beforeExit", givenUp);
  }
}

function ownName(): string {
  return basename(process.argv[1] ?? "lab-images");
}

void main();
