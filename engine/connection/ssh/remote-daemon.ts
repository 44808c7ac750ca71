import { EngineFailure } from "../../failure.ts";
import type { Host } from "../host.ts";
import { shellWord } from "./shell-word.ts";
import type { SshMaster } from "./ssh-master.ts";

/** What the host itself says of its daemon. */
export interface RemoteDaemon {
  /**
   * Where the login's own docker command would go: its DOCKER_HOST or its docker context; undefined where it says
   * nothing.
   */
  readonly dockerHost: string | undefined;
  /** Whether there is a docker command on the login's PATH. */
  readonly hasDockerCommand: boolean;
  /** The sockets that are there, and whether this login may use them. */
  readonly sockets: readonly { readonly path: string; readonly usable: boolean }[];
  readonly user: string;
}

/** The socket of a daemon that nobody has moved. */
export const defaultSocket = "/var/run/docker.sock";

/** A login shell that takes longer is taken for one that runs no commands. */
const patienceMs = 15_000;

/**
 * Reads the login's environment as a docker command there would: DOCKER_HOST, then the docker context. The shell does itself
 * what it can: on a busy host each program that it starts takes as long as a round trip.
 */
const inquiry = (explicit: string) => `
uid=$(id); uid=\${uid%%)*}; user=\${uid#*(}; uid=\${uid%%(*}; uid=\${uid#uid=}
echo "user $user"
command -v docker >/dev/null 2>&1 && echo "command docker"
target=$DOCKER_HOST
if [ -z "$target" ]; then
  context=$DOCKER_CONTEXT
  config="\${DOCKER_CONFIG:-$HOME/.docker}/config.json"
  if [ -z "$context" ] && [ -r "$config" ]; then
    context=$(sed -n 's/.*"currentContext"[[:space:]]*:[[:space:]]*"\\([^"]*\\)".*/\\1/p' "$config")
  fi
  if [ -n "$context" ] && [ "$context" != default ]; then
    target=$(docker context inspect -f '{{.Endpoints.docker.Host}}' "$context" 2>/dev/null)
  fi
fi
echo "target $target"
for socket in ${explicit} "\${target#unix://}" ${defaultSocket} "$XDG_RUNTIME_DIR/docker.sock" "/run/user/$uid/docker.sock" "$HOME/.docker/run/docker.sock"; do
  folder=\${socket%/*}
  if [ -d "$folder" ] && ! [ -x "$folder" ]; then echo "denied $socket"; continue; fi
  [ -S "$socket" ] || continue
  if [ -r "$socket" ] && [ -w "$socket" ]; then echo "usable $socket"; else echo "denied $socket"; fi
done
`;

/** Asks the host; undefined where the login runs no commands. */
export async function askRemoteDaemon(
  master: SshMaster,
  socket: string | undefined,
  signal: AbortSignal,
): Promise<RemoteDaemon | undefined> {
  const script = inquiry(socket === undefined ? "" : shellWord(socket));
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const output = await master.run(script, patience).catch(() => undefined);
  signal.throwIfAborted();
  if (output?.code !== 0) return undefined;
  const lines = output.stdout.split("\n").map((line) => {
    const at = line.indexOf(" ");
    return { key: line.slice(0, at), value: line.slice(at + 1).trim() };
  });
  const first = (wanted: string) => lines.find(({ key, value }) => key === wanted && value !== "")?.value;
  return {
    dockerHost: first("target"),
    hasDockerCommand: first("command") !== undefined,
    sockets: lines
      .filter(({ key }) => key === "usable" || key === "denied")
      .map(({ key, value }) => ({ path: value, usable: key === "usable" })),
    user: first("user") ?? "",
  };
}

/**
 * Where a tunnel has to lead; undefined where only the host's own docker command knows the way.
 *
 * @throws {EngineFailure} of cause `permission` or `no-daemon` where it is plain that none can work
 */
export function tunnelTarget(
  host: Host,
  explicit: string | undefined,
  daemon: RemoteDaemon | undefined,
): string | undefined {
  if (!daemon) return explicit ?? defaultSocket;
  const { dockerHost, sockets } = daemon;
  if (explicit === undefined && dockerHost !== undefined && !dockerHost.startsWith("unix://"))
    return /^tcp:\/\/([^/:]+:\d+|\[[^\]]+\]:\d+)\/?$/.exec(dockerHost)?.[1];
  const named = explicit ?? dockerHost?.slice("unix://".length);
  const candidates = named === undefined ? sockets : sockets.filter(({ path }) => path === named);
  const usable = candidates.find((socket) => socket.usable);
  if (usable) return usable.path;
  const denied = candidates[0];
  if (denied)
    throw new EngineFailure({
      cause: "permission",
      what: `${daemon.user || "the user"} may not use the Docker daemon of ${host.name} (${denied.path})`,
      next: 'Ask its administrator for the group "docker" there, or use a rootless daemon',
    });
  throw new EngineFailure({
    cause: "no-daemon",
    what: `there is no Docker daemon on ${host.name}: no socket at ${named ?? defaultSocket}`,
    next: "Start Docker there, or name the socket: ssh://host/run/user/1000/docker.sock",
  });
}
