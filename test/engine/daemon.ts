import type { Connection } from "../../engine/connection/connection.ts";
import { dockerClient } from "../../engine/connection/docker-client.ts";
import { ENGINE_CONTAINERD_STORE, ENGINE_RELEASE, ENGINE_SOCKET } from "../bed/engine-bed.mjs";

/** The socket of the daemon that the engine's tests share; undefined where there is none and they are skipped. */
export const daemonSocket = process.env[ENGINE_SOCKET];

/** Whose Docker it is: a newer Debian's, or this machine's. */
export const daemonRelease = process.env[ENGINE_RELEASE];

/** Whether it keeps its images in containerd's store, as new installs of Docker 29 and Docker Desktop do. */
export const hasContainerdStore = process.env[ENGINE_CONTAINERD_STORE] !== undefined;

/** A plain connection to a daemon on a socket of this machine. */
export function socketConnection(socket: string): Connection {
  return {
    host: { url: `unix://${socket}`, name: "bed", source: "option" },
    transport: "socket",
    docker: dockerClient({ socketPath: socket }).docker,
    lost: new AbortController().signal,
    close: async () => {},
  };
}
