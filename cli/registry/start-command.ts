import { EngineFailure } from "../../engine/failure.ts";
import { printable } from "../../engine/progress/cells.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { labRegistries, loopbackPort } from "../../engine/registry/lab-places.ts";
import {
  type LocalRegistry,
  PortTaken,
  registryImage,
  startLocalRegistry,
} from "../../engine/registry/local-registry.ts";
import type { PullEvent } from "../../engine/registry/pull-event.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewOptions, tellMistake } from "../few-options.ts";
import { labHere, tellProblems } from "../lab-here.ts";
import type { Terminal } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";

const startHelp = `Usage: lab-images registry start [options]

Runs the standard registry on a host, for its Docker daemon: it listens on the host's loopback, without a password, so that
nobody on the network reaches it, and everybody who may log in to that host does. It comes up again with the daemon. Its
images lie in the volume lab-images-registry. One that runs already is left as it is.

Options:
      --port <number>  The port on the host (default: the one that lab-images.json names for localhost, else 5000, else a
                       free one up to 5009)
      --image <name>   The registry's image (default: ${registryImage})
  -H, --host <url>     The host (default: DOCKER_HOST, the current docker context, this machine)
  -h, --help           Show this help
  -v, --version        Show the version

Exit code: 0 it runs, 1 the image cannot be pulled or it does not come up, 2 bad usage or a port that is taken, 3 the host
cannot be reached, 4 not authorised there, 130 cancelled.
`;

const options = {
  port: { type: "string", example: "--port 5001" },
  image: { type: "string", example: `--image ${registryImage}` },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

const lastPort = 65_535;

/** `lab-images registry start`: has a registry on a host, returns the exit code. */
export async function startCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewOptions(args, options, startHelp, terminal);
  if (typeof given === "number") return given;
  const asked = given.get("port");
  if (asked !== undefined && !(/^\d{1,5}$/.test(asked) && Number(asked) > 0 && Number(asked) <= lastPort))
    return tellMistake(`--port is a number from 1 to ${lastPort}, not "${asked}".`, startHelp, terminal);
  const { lab, problems } = labHere();
  tellProblems(problems, terminal);
  const port = asked === undefined ? loopbackPort(lab) : Number(asked);
  return withConnection({ option: given.get("host") }, terminal, async (connection, signal) => {
    const how = { port, image: given.get("image"), credentials: new DockerCredentials(), signal };
    const pulls = new PullLines(terminal.err);
    try {
      for await (const event of startLocalRegistry(connection, how)) {
        if (event.kind === "pull") pulls.show(event.image, event.event);
        else tell(event.registry, connection.host.name, labRegistries(lab), terminal);
      }
    } catch (error) {
      throw error instanceof PortTaken ? withOtherPort(error, port) : error;
    }
    return exitCodes.fine;
  });
}

/** @param port that was asked for */
function withOtherPort({ details }: PortTaken, port: number | undefined): EngineFailure {
  const example = port === undefined || port === lastPort ? "<number>" : port + 1;
  const next = `Name another one (--port ${example}) and write it to lab-images.json, or end what has this one`;
  return new EngineFailure({ ...details, next });
}

function tell(
  { address, wasRunning }: LocalRegistry,
  host: string,
  registries: readonly string[],
  terminal: Terminal,
): void {
  const state = wasRunning ? "runs already" : "runs";
  terminal.out(`The registry on ${printable(host)} ${state}: ${address}\n`);
  if (!registries.includes(address))
    terminal.out(
      `In lab-images.json: "registry": "${address}". The images' names then begin with ${address}/\n`,
    );
}

/** The layers of a pull, a line each time that one begins or is there. */
class PullLines {
  readonly #write: (text: string) => void;
  readonly #states = new Map<string, string>();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  show(image: string, event: PullEvent): void {
    if (this.#states.size === 0) this.#write(`Pulling ${printable(image)}\n`);
    if (event.kind !== "layer" || this.#states.get(event.id) === event.state) return;
    this.#states.set(event.id, event.state);
    if (event.state === "downloading" || event.state === "pulled" || event.state === "exists")
      this.#write(`${printable(event.id)}: ${event.state === "exists" ? "is there already" : event.state}\n`);
  }
}
