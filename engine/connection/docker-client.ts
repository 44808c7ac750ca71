import { Agent as HttpAgent, IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import { inspect } from "node:util";
import Modem from "docker-modem";
import Docker from "dockerode";
import { AheadAgent } from "./ahead-agent.ts";
import type { HostTls } from "./host.ts";

/** Where requests go. */
export type DockerAddress =
  | {
      readonly socketPath: string;
      /** So many connections that are made before they are wanted, as those through a tunnel take a round trip. */
      readonly ahead?: number;
    }
  | { readonly hostname: string; readonly port: number; readonly tls: HostTls | undefined }
  /** An agent that makes its connections by itself. */
  | { readonly agent: HttpAgent };

/** dockerode at one address, and the way to close what it keeps open. */
export interface DockerClient {
  readonly docker: Docker;
  close(): void;
}

/** Idle connections that wait for the next request. */
const keptIdle = 4;

/** Speaks to the daemon at `address`, and to nothing else, whatever DOCKER_HOST says. */
export function dockerClient(address: DockerAddress): DockerClient {
  // docker-modem writes out all that belongs to each request, for a log that nobody reads: half of what a request costs.
  const agent = Object.assign(agentFor(address), { [inspect.custom]: () => "agent" });
  // docker-modem's constructor reads DOCKER_HOST and DOCKER_CERT_PATH whatever it is given, and throws where they are wrong.
  const modem: Modem = Object.assign(Object.create(Modem.prototype), {
    ...("socketPath" in address ? { protocol: "http", socketPath: address.socketPath } : atPort(address)),
    buildRequest: requestsTo(address),
    agent,
    headers: {},
    sshOptions: {},
  });
  return { docker: new Docker({ modem } as Docker.DockerOptions), close: () => agent.destroy() };
}

function agentFor(address: DockerAddress): HttpAgent {
  if ("agent" in address) return address.agent;
  const options = { keepAlive: true, maxFreeSockets: keptIdle };
  if ("socketPath" in address) {
    const agent = new AheadAgent(address.socketPath, options);
    agent.openAhead(address.ahead ?? 0);
    return agent;
  }
  if (!address.tls) return new HttpAgent(options);
  const { ca, cert, key, skipVerify } = address.tls;
  return new HttpsAgent({
    ...options,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    rejectUnauthorized: !skipVerify,
  });
}

type Answered = (error: unknown, answer: unknown) => void;

/** What docker-modem calls with the options of Node's request. */
type BuildRequest = (
  this: Modem,
  options: RequestOptions,
  context: { readonly isStream?: boolean; readonly openStdin?: boolean },
  data: unknown,
  answered: Answered,
) => void;

type Port = Exclude<DockerAddress, { socketPath: string }>;

/**
 * docker-modem takes an address for a URL, which it has parsed by a function that Node warns the user of. So it is told of a
 * socket, in whose place its requests get the address.
 */
function atPort(address: Port): object {
  return { protocol: "tls" in address && address.tls ? "https" : "http", socketPath: "none" };
}

/**
 * docker-modem waits for the end of an answer, and for nothing else: of one that breaks off nobody would hear. So each is a
 * stream to it, and is read here.
 */
function requestsTo(address: DockerAddress): BuildRequest {
  const { buildRequest } = Modem.prototype as unknown as { buildRequest: BuildRequest };
  return function (this: Modem, given, context, data, answered) {
    const options = "socketPath" in address ? given : toPort(given, address);
    if (context.isStream || context.openStdin)
      return buildRequest.call(this, options, context, data, answered);
    buildRequest.call(this, options, { ...context, isStream: true }, data, (error, answer) => {
      // A connection that was handed over is no answer.
      if (error || !(answer instanceof IncomingMessage)) return answered(error, answer);
      if (options.signal) addAbortSignal(options.signal, answer);
      buffer(answer).then(
        (body) => answered(null, contentOf(body)),
        (fault) => answered(fault, null),
      );
    });
  };
}

function toPort({ socketPath: _, ...options }: RequestOptions, address: Port): RequestOptions {
  const { hostname, port } = "agent" in address ? { hostname: "docker", port: 80 } : address;
  return { ...options, hostname, port };
}

/** As docker-modem has it: JSON where it is some. */
function contentOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) || body;
  } catch {
    return body;
  }
}
