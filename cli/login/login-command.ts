import { text as readAll } from "node:stream/consumers";
import type { Connection, Connections } from "../../engine/connection/connection.ts";
import { resolveHost } from "../../engine/connection/resolve-host.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { isAskedFromHere } from "../../engine/registry/asked-from-here.ts";
import { askAtTerminal } from "../ask-user.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import type { Terminal } from "../terminal.ts";
import { type CommandOptions, withConnections } from "../with-connections.ts";
import { askLogin, logInAs } from "./ask-login.ts";
import { loginRegistry } from "./login-registry.ts";

const loginHelp = `Usage: lab-images login [options] [REGISTRY]

Logs in to a registry as docker login does, with or without a docker command: the host's Docker daemon asks the registry
(where this machine has none, it asks itself), and what it takes is kept in docker's config on this machine, by its
credential helper where the config names one. Without REGISTRY: the lab's, by lab-images.json or the build script; Docker
Hub where there is neither.

Options:
  -u, --user <name>     Who logs in; asked for at a terminal without it
      --password-stdin  Read the password from standard input; needs --user
  -H, --host <url>      The host whose daemon asks (default: DOCKER_HOST, the current docker context, this machine)
  -h, --help            Show this help
  -v, --version         Show the version

Exit code: 0 logged in, 1 the registry fails or cannot be reached, 2 bad usage, 3 the host cannot be reached, 4 the login
is not taken, or cannot be kept, 130 cancelled.
`;

const options = {
  user: { type: "string", short: "u", example: "--user ada" },
  "password-stdin": { type: "boolean" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** `lab-images login`: logs in to a registry, returns the exit code. */
export async function loginCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewArguments(args, options, loginHelp, terminal);
  if (typeof given === "number") return given;
  const [word, more] = given.words;
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, loginHelp, terminal);
  const user = given.options.get("user");
  const fromStdin = given.options.has("password-stdin");
  const ask = askAtTerminal(process.stdin, process.stderr);
  if (fromStdin && user === undefined)
    return tellMistake("--password-stdin needs --user: who logs in.", loginHelp, terminal);
  if (!fromStdin && !ask)
    return tellMistake(
      "nobody sits at a terminal here to ask for a password: pipe it in, with --user and --password-stdin.",
      loginHelp,
      terminal,
    );
  return withConnections(terminal, async (connections, connecting) => {
    const registry = loginRegistry(word, "login");
    const password = fromStdin ? withoutLineEnd(await readAll(process.stdin)) : undefined;
    if (password === "") return tellMistake("there is no password on standard input.", loginHelp, terminal);
    const { signal } = connecting;
    const connection = await daemonOf(connections, given.options.get("host"), connecting);
    const question = { registry, user, connection, signal };
    if (user !== undefined && password !== undefined) await logInAs(user, password, question, terminal.err);
    else if (!ask || !(await askLogin(question, ask, terminal.err))) throw declined(registry);
    return exitCodes.fine;
  });
}

/** As docker reads it: without the last line's end; a key of several lines is a password too. */
function withoutLineEnd(input: string): string {
  return input.replace(/\n$/, "").replace(/\r$/, "");
}

/** The daemon that asks the registry; none where no host was named and this machine's does not answer. */
async function daemonOf(
  connections: Connections,
  named: string | undefined,
  connecting: CommandOptions,
): Promise<Connection | undefined> {
  const host = await resolveHost({ option: named });
  try {
    return await connections.connect(host, connecting);
  } catch (error) {
    if (named === undefined && isAskedFromHere(host, error)) return undefined;
    throw error;
  }
}

function declined(registry: string): EngineFailure {
  return new EngineFailure({ cause: "cancelled", what: `nobody logged in to ${registry}` });
}
