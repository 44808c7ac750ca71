import { EngineFailure } from "../../failure.ts";
import type { ConnectOptions } from "../connection.ts";
import { lossFailure } from "../daemon-failure.ts";
import { waitForAnswer, watchDaemon } from "../daemon-watch.ts";
import { dockerClient } from "../docker-client.ts";
import type { Host } from "../host.ts";
import type { Endpoint } from "../host-url.ts";
import type { Link } from "../link.ts";
import { askRemoteDaemon, tunnelTarget } from "./remote-daemon.ts";
import { SshMaster } from "./ssh-master.ts";
import type { SshProgram } from "./ssh-program.ts";

/** A question to the host's shell that takes longer has no answer. */
const commandMs = 30_000;

/**
 * A daemon at the other end of the user's own ssh.
 *
 * @throws {EngineFailure} with the cause
 */
export async function openSshLink(
  program: SshProgram,
  host: Host,
  { destination, socket }: Extract<Endpoint, { kind: "ssh" }>,
  options: ConnectOptions & { readonly signal: AbortSignal },
): Promise<Link> {
  const { signal } = options;
  const master = await SshMaster.open(program, destination, host, options);
  try {
    const daemon = await askRemoteDaemon(master, socket, signal);
    const target = tunnelTarget(host, socket, daemon);
    if (target === undefined) throw new EngineFailure({ cause: "ssh-forwarding", what: "not yet" });
    const client = dockerClient({ socketPath: await master.forward("docker.sock", target, signal) });
    await waitForAnswer(client.docker, host, signal);
    const closed = new AbortController();
    const lost = new AbortController();
    watchDaemon(client.docker, host, closed.signal, (loss) => lost.abort(loss));
    master.lost.addEventListener("abort", () => {
      if (!closed.signal.aborted)
        lost.abort(
          lossFailure(host, `the ssh connection to ${host.name} is gone`, String(master.lost.reason)),
        );
    });
    return {
      transport: "ssh-tunnel",
      docker: client.docker,
      lost: lost.signal,
      run: (script, signal) =>
        master.run(script, AbortSignal.any([AbortSignal.timeout(commandMs), ...(signal ? [signal] : [])])),
      close: async () => {
        closed.abort();
        client.close();
        await master.close();
      },
    };
  } catch (error) {
    await master.close();
    throw error;
  }
}
