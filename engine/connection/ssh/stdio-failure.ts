import { EngineFailure, type FailureCause } from "../../failure.ts";
import type { Host } from "../host.ts";
import { destinationName, type SshDestination } from "../host-url.ts";
import { relevantLines, sshFailure } from "./ssh-failure.ts";
import { StdioFailure } from "./stdio-socket.ts";

const noCommand = 127;
const sshItself = 255;

/** What it means that `docker system dial-stdio` on the host ended without an answer; other errors as they are. */
export function stdioFailure(error: unknown, host: Host, destination: SshDestination): unknown {
  const cause = error instanceof EngineFailure ? error.cause : error;
  if (!(cause instanceof StdioFailure)) return error;
  const { exit, stderr } = cause;
  const failure = (why: FailureCause, what: string, next: string) =>
    new EngineFailure({ cause: why, what, said: relevantLines(stderr), next }, { cause });
  if (exit === sshItself) return sshFailure(destinationName(destination), stderr, exit);
  if (/permission denied/i.test(stderr))
    return failure(
      "permission",
      `this login may not use the Docker daemon of ${host.name}`,
      'Ask its administrator for the group "docker" there, or use a rootless daemon',
    );
  if (/Cannot connect to the Docker daemon|daemon running/i.test(stderr))
    return failure("no-daemon", `no Docker daemon answers on ${host.name}`, "Start Docker there");
  return failure(
    "ssh-forwarding",
    exit === noCommand
      ? `no tunnel leads to the Docker socket of ${host.name}, and it has no docker command on the login's PATH`
      : `no tunnel leads to the Docker socket of ${host.name}, and its docker command cannot stand in for one`,
    "See that Docker runs there; then have AllowStreamLocalForwarding set in its sshd_config, or put docker 18.09 or later on the login's PATH",
  );
}
