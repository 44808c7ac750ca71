import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { EngineFailure } from "../../failure.ts";
import { destinationName, type SshDestination } from "../host-url.ts";
import { relevantLines } from "./ssh-failure.ts";

/** The user's OpenSSH, and the settings of it that are not the user's own. */
export interface SshProgram {
  /** `ssh`, or the path of one. */
  readonly command: string;
  /** In place of the user's `~/.ssh/config`. */
  readonly configFile: string | undefined;
}

/** What the user's configuration says of one destination, as far as it changes how ssh is called. */
export interface SshConfiguration {
  /** After `HostName`; what the name resolves to is not said. */
  readonly hostname: string;
  readonly user: string;
  readonly port: number;
  /** Through which other host or command; undefined where the connection is direct. */
  readonly proxy: string | undefined;
  /** Unknown host keys are refused without a question. */
  readonly strict: boolean;
  /** Words of the configuration that would break a tunnel and are to be taken back. */
  readonly hasConnectTimeout: boolean;
  readonly forksAfterLogin: boolean;
}

const configurationMs = 15_000;

/** The words that name a destination; nothing in it can be taken for an option. */
export function destinationArguments({ user, host, port }: SshDestination): string[] {
  return [
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    host,
  ];
}

/** The environment of every ssh: its messages in English, since they are read here. */
export function sshEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C", ...more };
}

/**
 * Asks ssh itself what its configuration comes to.
 *
 * @throws {EngineFailure} where there is no OpenSSH, or its configuration is broken
 */
export async function readConfiguration(
  program: SshProgram,
  destination: SshDestination,
  signal: AbortSignal,
): Promise<SshConfiguration> {
  const args = [...configArguments(program), "-G", ...destinationArguments(destination)];
  const { error, stdout, stderr } = await runToEnd(program.command, args, signal, configurationMs);
  if (signal.aborted) throw signal.reason;
  if (error && "code" in error && error.code === "ENOENT")
    throw new EngineFailure({
      cause: "request",
      what: `"${program.command}" is not installed on this machine, and ${destinationName(destination)} is reached with it`,
      next: "Install the OpenSSH client, and see that it is on PATH",
    });
  if (error)
    throw new EngineFailure({
      cause: "request",
      what: `ssh cannot read its configuration for ${destinationName(destination)}`,
      said: relevantLines(stderr),
      next: "Correct the ssh configuration at that line",
    });
  const values = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const at = line.indexOf(" ");
    if (at > 0 && !values.has(line.slice(0, at))) values.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  const proxy = values.get("proxyjump") ?? values.get("proxycommand");
  return {
    hostname: values.get("hostname") ?? destination.host,
    user: values.get("user") ?? destination.user ?? "",
    port: Number(values.get("port") ?? destination.port ?? 22),
    proxy: proxy === "none" ? undefined : proxy,
    strict: ["true", "yes"].includes(values.get("stricthostkeychecking") ?? ""),
    hasConnectTimeout: (values.get("connecttimeout") ?? "none") !== "none",
    forksAfterLogin: values.get("forkafterauthentication") === "yes",
  };
}

/**
 * Starts a command on the host over an ssh connection of its own, which asks nothing: a login that has to ask is made
 * once and shared.
 */
export function startAlone(
  program: SshProgram,
  destination: SshDestination,
  command: string,
): ChildProcessWithoutNullStreams {
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "ClearAllForwardings=yes",
    "RemoteCommand=none",
  ];
  const args = [
    ...configArguments(program),
    ...["-T", "-a", "-x", "-S", "none"],
    ...options.flatMap((option) => ["-o", option]),
    ...destinationArguments(destination),
    command,
  ];
  return spawn(program.command, args, { env: sshEnvironment(), windowsHide: true });
}

/** Names another configuration file, where there is one. */
export function configArguments({ configFile }: SshProgram): string[] {
  return configFile === undefined ? [] : ["-F", configFile];
}

interface Ended {
  readonly error: Error | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runToEnd(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
  timeout: number,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { env: sshEnvironment(), signal, timeout, windowsHide: true },
      (error, stdout, stderr) => resolve({ error, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
