import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { EngineFailure } from "../../failure.ts";
import type { ConnectOptions, RemoteOutput } from "../connection.ts";
import type { Host } from "../host.ts";
import { destinationName, type SshDestination } from "../host-url.ts";
import { whenAborted } from "../when-aborted.ts";
import { type Askpass, startAskpass } from "./askpass.ts";
import { exitOf } from "./exit-of.ts";
import { type GuardedProcess, type Hold, holdGuarded, startGuarded } from "./guarded-process.ts";
import { makePrivateFolder } from "./private-folder.ts";
import { relevantLines, type SshFailure, sshFailure } from "./ssh-failure.ts";
import {
  configArguments,
  destinationArguments,
  readConfiguration,
  type SshConfiguration,
  type SshProgram,
  sshEnvironment,
} from "./ssh-program.ts";

const connectTimeoutSeconds = 20;
const pollMs = 10;
const keptStderr = 32_768;
const beginMark = "lab-images:begin";

/**
 * One ssh connection, logged in and kept: forwards and commands go through it without another login. It needs
 * OpenSSH's ControlMaster, which Windows has not.
 */
export class SshMaster {
  /** Only this user may enter it: the control socket and the forwarded ones. Gone with the connection. */
  readonly folder: string;
  /** Aborted when the connection has ended and nobody asked for it; the reason is what ssh said. */
  readonly lost: AbortSignal;
  readonly #program: SshProgram;
  readonly #hold: Hold;
  readonly #control: string;

  private constructor(program: SshProgram, folder: string, hold: Hold, lost: AbortSignal) {
    this.#program = program;
    this.folder = folder;
    this.#hold = hold;
    this.#control = controlSocket(folder);
    this.lost = lost;
  }

  /** The connection of another process of this user's; undefined where it is gone, or not to be shared. */
  static join(program: SshProgram, folder: string): SshMaster | undefined {
    const hold = holdGuarded(folder);
    return hold && new SshMaster(program, folder, hold, new AbortController().signal);
  }

  /**
   * Logs in.
   *
   * @param options `link`: where others may find the connection
   * @throws {EngineFailure} with the cause
   */
  static async open(
    program: SshProgram,
    destination: SshDestination,
    host: Host,
    {
      ask,
      signal,
      link,
    }: ConnectOptions & { readonly signal: AbortSignal; readonly link: string | undefined },
  ): Promise<SshMaster> {
    const configuration = await readConfiguration(program, destination, signal);
    const folder = privateFolder(host, ask !== undefined);
    const over = new AbortController();
    let askpass: Askpass | undefined;
    let master: GuardedProcess | undefined;
    try {
      askpass = ask && (await startAskpass(folder, host, ask, signal));
      master = startGuarded(
        program.command,
        masterArguments(program, destination, configuration, { folder, asks: askpass !== undefined }),
        { folder, link, env: sshEnvironment(askpass?.env ?? { SSH_ASKPASS_REQUIRE: "never" }) },
      );
      const stderr = collect(master.child);
      const exit = exitOf(master.child);
      const code = await Promise.race([
        untilThere(controlSocket(folder), AbortSignal.any([signal, over.signal])),
        exit.then((status) => ({ status })),
      ]);
      if (signal.aborted) throw signal.reason;
      if (code !== undefined) throw loginFailure(destination, stderr(), code.status, askpass);
      const lost = new AbortController();
      void exit.then(() => lost.abort(relevantLines(stderr())));
      return new SshMaster(program, folder, whole(master, folder), lost.signal);
    } catch (error) {
      await master?.end();
      await rm(folder, { recursive: true, force: true });
      throw error;
    } finally {
      over.abort();
      askpass?.close();
    }
  }

  /**
   * Opens a socket at this end that leads to a socket or a `host:port` at the other; returns its path. Whether the host
   * allows it shows with the first connection.
   */
  async forward(name: string, target: string, signal: AbortSignal): Promise<string> {
    const local = join(this.folder, name);
    const { code, stderr } = await this.#through(
      ["-O", "forward", "-L", `${local}:${target}`, "--", "host"],
      "",
      signal,
    );
    if (code === 0) return local;
    throw new EngineFailure({
      cause: "ssh-forwarding",
      what: `ssh could not open a tunnel to ${target}`,
      said: relevantLines(stderr),
    });
  }

  /** Runs a POSIX shell script there, whatever the login shell is and prints. */
  async run(script: string, signal: AbortSignal): Promise<RemoteOutput> {
    // As one word that every login shell reads alike; the script goes in by stdin.
    const args = ["-T", "--", "host", "exec sh -s"];
    const { code, stdout } = await this.#through(args, `echo ${beginMark}\n${script}\n`, signal);
    const at = stdout.indexOf(`${beginMark}\n`);
    return { code: at < 0 ? 255 : code, stdout: at < 0 ? "" : stdout.slice(at + beginMark.length + 1) };
  }

  /** Starts a command there with its stdin and stdout at this end. */
  start(command: string): ChildProcessWithoutNullStreams {
    return this.#spawn(["-T", "--", "host", command]);
  }

  /** Whether the ssh is there still. */
  isAlive(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#control);
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
  }

  /** Ends the connection and all that goes through it; one that others use goes on for them. */
  close(): Promise<void> {
    return this.#hold.end();
  }

  /** Whether other programs can hold the connection: where a machine lacks the tools for that, none is kept. */
  get isShared(): boolean {
    return this.#hold.isShared;
  }

  /** Lets go of the connection, but has it kept for so many seconds for whoever joins it. */
  leave(seconds: number): void {
    this.#hold.leave(seconds);
  }

  #spawn(args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(this.#program.command, [...throughMaster, "-S", this.#control, ...args], {
      env: sshEnvironment(),
    });
  }

  async #through(
    args: readonly string[],
    input: string,
    signal: AbortSignal,
  ): Promise<RemoteOutput & { readonly stderr: string }> {
    const child = this.#spawn(args);
    // The connection holds this end of the pipes too, so that they may outlive the process.
    const end = () => {
      child.kill();
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
    };
    whenAborted(signal, end);
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const [code, stdout, stderr] = await Promise.all([
      exitOf(child),
      readText(child.stdout),
      readText(child.stderr),
    ])
      .catch((error) => {
        signal.throwIfAborted();
        throw error;
      })
      .finally(() => signal.removeEventListener("abort", end));
    signal.throwIfAborted();
    return { code: code ?? 255, stdout, stderr };
  }
}

/** Where the connection is gone these words keep ssh from making one of its own, to a host of any name. */
const throughMaster: readonly string[] = [
  ...["-F", "/dev/null", "-o", "ControlMaster=no", "-o", "ProxyCommand=false", "-o", "BatchMode=yes"],
  ...["-o", "LogLevel=ERROR"],
];

/** The shell that guards the connection takes the folder away, but where it was killed. */
function whole(process: GuardedProcess, folder: string): Hold {
  return {
    end: async () => {
      await process.end();
      await rm(folder, { recursive: true, force: true });
    },
    leave: process.leave,
    get isShared() {
      return process.isShared;
    },
  };
}

function privateFolder(host: Host, executable: boolean): string {
  try {
    return makePrivateFolder(executable);
  } catch (error) {
    throw new EngineFailure(
      {
        cause: "request",
        what: `there is no place for the sockets of the ssh connection to ${host.name}`,
        said: error instanceof Error ? error.message : String(error),
        next: "Set TMPDIR to a folder that this user may write to and run programs in",
      },
      { cause: error },
    );
  }
}

function controlSocket(folder: string): string {
  return join(folder, "c");
}

function masterArguments(
  program: SshProgram,
  destination: SshDestination,
  configuration: SshConfiguration,
  { folder, asks }: { readonly folder: string; readonly asks: boolean },
): string[] {
  const options = [
    // One connection of ours, whatever the configuration shares, forwards and runs for a terminal.
    "ControlMaster=yes",
    "ControlPersist=no",
    "ClearAllForwardings=yes",
    "RemoteCommand=none",
    ...(configuration.forksAfterLogin ? ["ForkAfterAuthentication=no"] : []),
    "StreamLocalBindMask=0177",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=3",
    ...(configuration.hasConnectTimeout ? [] : [`ConnectTimeout=${connectTimeoutSeconds}`]),
    // An unknown key is asked about, and refused where nobody can answer; never taken silently.
    `StrictHostKeyChecking=${asks && !configuration.strict ? "ask" : "yes"}`,
    ...(asks ? [] : ["BatchMode=yes"]),
    "LogLevel=INFO",
  ];
  return [
    ...configArguments(program),
    ...["-N", "-T", "-a", "-x", "-S", controlSocket(folder)],
    ...options.flatMap((option) => ["-o", option]),
    ...destinationArguments(destination),
  ];
}

function loginFailure(
  destination: SshDestination,
  stderr: string,
  exit: number | null,
  askpass: Askpass | undefined,
): SshFailure {
  const name = destinationName(destination);
  const failure = sshFailure(name, stderr, exit);
  const declined = failure.problem === "authentication" ? askpass?.declined : undefined;
  return declined ? sshFailure(name, `${stderr}\nno answer was given to: ${declined.prompt}`, exit) : failure;
}

/** What a process has written to stderr so far, the end of it. */
function collect(child: ChildProcess): () => string {
  let kept = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => {
    kept = (kept + text).slice(-keptStderr);
  });
  return () => kept;
}

/** Waits until a file is there, or the signal is aborted. Not by watching: editors use up a machine's watches. */
function untilThere(file: string, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!signal.aborted && !existsSync(file)) return;
      clearInterval(timer);
      resolve(undefined);
    }, pollMs);
  });
}
