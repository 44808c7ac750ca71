import path from "node:path";
import { askDaemon, waitForAnswer } from "../ask-daemon.ts";
import type { ConnectOptions, Transport } from "../connection.ts";
import { lossFailure } from "../daemon-failure.ts";
import { type DockerClient, dockerClient } from "../docker-client.ts";
import type { Host } from "../host.ts";
import type { Endpoint, SshDestination } from "../host-url.ts";
import { type Link, watchedLink } from "../link.ts";
import { whenAborted } from "../when-aborted.ts";
import { folderAt, leaveAt, meetingPlace } from "./meeting-place.ts";
import { askRemoteDaemon, type RemoteDaemon, tunnelTarget } from "./remote-daemon.ts";
import { runInTime } from "./run-in-time.ts";
import { shellWord } from "./shell-word.ts";
import { SshMaster } from "./ssh-master.ts";
import { type SshProgram, startAlone } from "./ssh-program.ts";
import { StdioAgent } from "./stdio-agent.ts";
import { stdioFailure } from "./stdio-failure.ts";

/** The tunnel's end in a connection's folder. */
const tunnelSocket = "docker.sock";

/** A connection that another program left and over which no answer comes so soon is taken for a dead one. */
const joinMs = 3_000;

/** Beside the first: what a build has at the same time are its session, its answer and the daemon's events. */
const connectionsAhead = 3;

/** A question to the host's shell that takes longer has no answer. */
const commandMs = 30_000;

type SshEndpoint = Extract<Endpoint, { kind: "ssh" }>;
type Opening = ConnectOptions & {
  readonly signal: AbortSignal;
  /** How long others of this user's programs find the connection after its end; not at all without it. */
  readonly keepSeconds: number | undefined;
};

/** Whose docker command stands in for a tunnel. */
interface Login {
  readonly host: Host;
  readonly destination: SshDestination;
  /** Whether it is known to run commands. */
  readonly runsCommands: boolean;
}

/** A client, and the way that it goes. */
interface Way {
  readonly transport: Transport;
  readonly client: DockerClient;
}

/**
 * A daemon at the other end of the user's own ssh: by a tunnel; where the host allows none, by a process on the host a
 * connection.
 *
 * @throws {EngineFailure} with the cause
 */
export async function openSshLink(
  program: SshProgram,
  host: Host,
  endpoint: SshEndpoint,
  options: Opening,
): Promise<Link> {
  // OpenSSH for Windows shares no connections.
  if (process.platform === "win32") return openUnshared(program, host, endpoint, options.signal);
  const { signal, keepSeconds } = options;
  const place = keepSeconds ? await meetingPlace(program, endpoint) : undefined;
  const joined = place && (await join(program, host, place, signal));
  if (joined) return masterLink(host, joined.master, joined.way, keepSeconds);
  const master = await SshMaster.open(program, endpoint.destination, host, { ...options, link: place });
  try {
    const daemon = await askRemoteDaemon(master, endpoint.socket, signal);
    const way = await tunnel(master, host, endpoint, daemon, signal);
    if (!way)
      return masterLink(
        host,
        master,
        await throughDockerCommand(program, master, host, endpoint, daemon !== undefined, signal),
      );
    const shared = place !== undefined && master.isShared;
    if (shared) await leaveAt(place, master.folder);
    return masterLink(host, master, way, shared ? keepSeconds : undefined);
  } catch (error) {
    await master.close();
    throw error;
  }
}

/** The connection that another of this user's programs has or had; undefined where there is none that works. */
async function join(
  program: SshProgram,
  host: Host,
  place: string,
  signal: AbortSignal,
): Promise<{ master: SshMaster; way: Way } | undefined> {
  const folder = await folderAt(place);
  const master = folder && SshMaster.join(program, folder);
  if (!master) return undefined;
  const client = dockerClient({
    socketPath: path.join(master.folder, tunnelSocket),
    ahead: connectionsAhead,
  });
  try {
    await waitForAnswer(client.docker, host, signal, joinMs);
    return { master, way: { transport: "ssh-tunnel", client } };
  } catch {
    client.close();
    await master.close();
    signal.throwIfAborted();
    return undefined;
  }
}

/** @param keepSeconds how long the connection is kept after its end; not at all without it */
function masterLink(host: Host, master: SshMaster, { transport, client }: Way, keepSeconds?: number): Link {
  const gone = () =>
    lossFailure(host, `the ssh connection to ${host.name} is gone`, String(master.lost.reason ?? ""));
  const link = watchedLink(host, transport, client, async () =>
    (await master.isAlive()) ? undefined : gone(),
  );
  whenAborted(master.lost, () => link.lose(gone()));
  return {
    ...link,
    run: (script, signal) => runInTime((end) => master.run(script, end), commandMs, signal),
    forward: forwarder(master),
    close: async () => {
      await link.close();
      if (keepSeconds && !link.lost.aborted) master.leave(keepSeconds);
      else await master.close();
    },
  };
}

/** Each port once; in a folder that other programs of this user's may share. */
function forwarder(master: SshMaster): (port: number) => Promise<string> {
  const opened = new Map<number, Promise<string>>();
  return (port) => {
    const known = opened.get(port);
    if (known) return known;
    const name = `p${process.pid}-${port}`;
    const socket = master.forward(name, `127.0.0.1:${port}`, AbortSignal.timeout(commandMs));
    opened.set(port, socket);
    socket.catch(() => opened.delete(port));
    return socket;
  };
}

/** undefined where the host allows none, or only its own docker command knows where the daemon is. */
async function tunnel(
  master: SshMaster,
  host: Host,
  { socket }: SshEndpoint,
  daemon: RemoteDaemon | undefined,
  signal: AbortSignal,
): Promise<Way | undefined> {
  const target = tunnelTarget(host, socket, daemon);
  if (target === undefined) return undefined;
  const client = dockerClient({ socketPath: await master.forward(tunnelSocket, target, signal) });
  try {
    await waitForAnswer(client.docker, host, signal);
    return { transport: "ssh-tunnel", client };
  } catch {
    // sshd refuses a forwarding it does not allow with the same words as one to a socket that nobody listens at.
    client.close();
    signal.throwIfAborted();
    return undefined;
  }
}

async function throughDockerCommand(
  program: SshProgram,
  master: SshMaster,
  host: Host,
  { destination, socket }: SshEndpoint,
  runsCommands: boolean,
  signal: AbortSignal,
): Promise<Way> {
  const login: Login = { host, destination, runsCommands };
  const command = dialCommand(socket);
  const shared = await stdioWay("ssh-stdio-shared", () => master.start(command), login, signal);
  try {
    // One goes over the connection of the first answer: the other shows whether sshd allows a session beside it.
    const { docker } = shared.client;
    await Promise.all([askDaemon(docker, "/_ping", signal), askDaemon(docker, "/_ping", signal)]);
    return shared;
  } catch {
    shared.client.close();
    signal.throwIfAborted();
  }
  return stdioWay("ssh-stdio", () => startAlone(program, destination, command), login, signal);
}

async function openUnshared(
  program: SshProgram,
  host: Host,
  { destination, socket }: SshEndpoint,
  signal: AbortSignal,
): Promise<Link> {
  const start = () => startAlone(program, destination, dialCommand(socket));
  const { transport, client } = await stdioWay(
    "ssh-stdio",
    start,
    // Only a refusal will tell.
    { host, destination, runsCommands: true },
    signal,
  );
  return watchedLink(host, transport, client);
}

async function stdioWay(
  transport: Transport,
  start: ConstructorParameters<typeof StdioAgent>[0],
  { host, destination, runsCommands }: Login,
  signal: AbortSignal,
): Promise<Way> {
  const client = dockerClient({ agent: new StdioAgent(start) });
  try {
    await waitForAnswer(client.docker, host, signal);
    return { transport, client };
  } catch (error) {
    client.close();
    signal.throwIfAborted();
    throw stdioFailure(error, host, destination, runsCommands);
  }
}

function dialCommand(socket: string | undefined): string {
  return socket === undefined
    ? "docker system dial-stdio"
    : `docker --host ${shellWord(`unix://${socket}`)} system dial-stdio`;
}
