import { EngineFailure, type FailureCause } from "../../failure.ts";
import type { Host } from "../host.ts";
import { destinationName, type SshDestination } from "../host-url.ts";
import { defaultSocket } from "./remote-daemon.ts";
import { relevantLines, sshFailure } from "./ssh-failure.ts";
import { StdioFailure } from "./stdio-socket.ts";

const noCommand = 127;
const sshItself = 255;

/** A connection that is there, and on which sshd lets nothing be run. */
const noSession = /session request failed|session open refused/i;

/**
 * What it means that `docker system dial-stdio` on the host ended without an answer; other errors as they are.
 *
 * @param runsCommands whether the login is known to run commands
 */
export function stdioFailure(
  error: unknown,
  host: Host,
  destination: SshDestination,
  runsCommands: boolean,
): unknown {
  const cause = error instanceof EngineFailure ? error.cause : error;
  const { exit, output } = cause instanceof StdioFailure ? cause : { exit: undefined, output: "" };
  const said = relevantLines(output);
  const failure = (why: FailureCause, what: string, next: string) =>
    new EngineFailure({ cause: why, what, next, ...(said && { said }) }, { cause });
  if (exit === sshItself && !noSession.test(output))
    return sshFailure(destinationName(destination), output, exit);
  if (/permission denied/i.test(output))
    return failure(
      "permission",
      `this login may not use the Docker daemon of ${host.name}`,
      'Ask its administrator for the group "docker" there, or use a rootless daemon',
    );
  if (
    /Cannot connect to the Docker daemon|daemon running|connect: (connection refused|no such file)/i.test(
      output,
    )
  )
    return failure("no-daemon", `no Docker daemon answers on ${host.name}`, "Start Docker there");
  if (!runsCommands && exit !== noCommand)
    return failure(
      "ssh-forwarding",
      `the login on ${host.name} runs no commands, and no tunnel leads to the socket of a Docker daemon`,
      `Try ssh to it in a terminal: its shell or sshd says why. Where Docker's socket is another than ${defaultSocket}, name it: ssh://host/run/user/1000/docker.sock`,
    );
  if (exit === undefined) return error;
  return failure(
    "ssh-forwarding",
    exit === noCommand
      ? `no tunnel leads to the Docker socket of ${host.name}, and it has no docker command on the login's PATH`
      : `no tunnel leads to the Docker socket of ${host.name}, and its docker command cannot stand in for one`,
    "See that Docker runs there; then have AllowStreamLocalForwarding set in its sshd_config, or put docker 18.09 or later on the login's PATH",
  );
}
