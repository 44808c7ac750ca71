import { Agent as HttpAgent, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
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

/** What docker-modem calls with the options of Node's request. */
type BuildRequest = (options: RequestOptions, ...others: unknown[]) => unknown;

/**
 * docker-modem takes an address for a URL, which it has parsed by a function that Node warns the user of. So it is told of a
 * socket, in whose place its requests get the address.
 */
function atPort(address: Exclude<DockerAddress, { socketPath: string }>): object {
  const { hostname, port, protocol } =
    "agent" in address
      ? { hostname: "docker", port: 80, protocol: "http" }
      : { ...address, protocol: address.tls ? "https" : "http" };
  const { buildRequest } = Modem.prototype as unknown as { buildRequest: BuildRequest };
  return {
    protocol,
    socketPath: "none",
    buildRequest(this: Modem, { socketPath: _, ...options }: RequestOptions, ...others: unknown[]) {
      return buildRequest.call(this, { ...options, hostname, port }, ...others);
    },
  };
}
