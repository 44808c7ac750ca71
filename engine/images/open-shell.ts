import type { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { type Connection, lossOf } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { daemonAnswer, type Explain, noSuchImage } from "./daemon-answer.ts";
import { allGpus, gpuRefusal } from "./gpu-request.ts";

/** Of a terminal, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A shell in a throw-away container, at a terminal of its own. */
export interface ContainerShell {
  /** What the terminal prints, control characters and all; written to, it is what the user types. */
  readonly terminal: Duplex;
  /** Whether it has the host's GPUs. */
  readonly gpus: boolean;
  resize(size: TerminalSize): Promise<void>;
  /**
   * Waits for the end of the shell: its exit code.
   *
   * @throws {EngineFailure} `connection-lost`
   */
  exitCode(): Promise<number>;
  /** Ends it and removes the container. Never throws. */
  close(): Promise<void>;
}

/** It waits until nobody is there any more: the daemon closes its input when our connection is gone. */
const keeper = ["sh", "-c", "read -r nothing"];
const shell = ["sh", "-c", "if command -v bash > /dev/null 2>&1; then exec bash; else exec sh; fi"];

/**
 * Opens a shell in a new container of an image: bash where there is one, else sh; with the network, and the host's GPUs
 * where it has them. The container is gone when the shell has ended, also where this program or the connection has gone by
 * then: its first program ends with our connection, the shell is a second one beside it.
 *
 * @throws {EngineFailure} `request` where there is no such image, or no shell in it
 */
export async function openShell(
  connection: Connection,
  {
    image,
    size,
    signal,
  }: { readonly image: string; readonly size: TerminalSize; readonly signal?: AbortSignal },
): Promise<ContainerShell> {
  const what = `cannot run a shell in ${image}`;
  const ask = <Answer>(work: () => Promise<Answer>) => daemonAnswer(connection, what, work, explain);
  const end = AbortSignal.any([connection.lost, ...(signal ? [signal] : [])]);
  let begun: Keeper | undefined;
  const close = async () => {
    await begun?.container.remove({ force: true, v: true }).catch(() => {});
  };
  try {
    const { container, gpus } = await startKeeper(connection, image, ask, end);
    begun = { container, gpus };
    const exec = await ask(() =>
      container.exec({
        Cmd: shell,
        Tty: true,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Env: ["TERM=xterm-256color"],
        abortSignal: end,
      }),
    );
    const terminal = await ask(() => exec.start({ hijack: true, stdin: true, Tty: true, abortSignal: end }));
    const resize = ({ columns, rows }: TerminalSize) =>
      // Too late for a shell that has ended.
      exec.resize({ w: columns, h: rows }).catch(() => {});
    await resize(size);
    return {
      terminal,
      gpus,
      resize,
      exitCode: async () => {
        await finished(terminal, { writable: false }).catch(() => {});
        const loss = lossOf(connection);
        if (loss) throw loss;
        return (await ask(() => exec.inspect())).ExitCode ?? 0;
      },
      close,
    };
  } catch (error) {
    await close();
    if (signal?.aborted) throw new EngineFailure({ cause: "cancelled", what: `${what}: it was cancelled` });
    throw error;
  }
}

interface Keeper {
  readonly container: Docker.Container;
  readonly gpus: boolean;
}

/** Starts the container, with GPUs where the host has them: it is asked by trying. */
async function startKeeper(
  connection: Connection,
  image: string,
  ask: <Answer>(work: () => Promise<Answer>) => Promise<Answer>,
  abortSignal: AbortSignal,
  gpus = true,
): Promise<Keeper> {
  const [program = "", ...args] = keeper;
  const container = await ask(() =>
    connection.docker.createContainer({
      Image: image,
      Entrypoint: [program],
      Cmd: args,
      AttachStdin: true,
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: {
        AutoRemove: true,
        LogConfig: { Type: "none", Config: {} },
        ...(gpus ? { DeviceRequests: [allGpus] } : {}),
      },
      // Not to be broken off: the daemon would make it all the same, and nobody would know its name.
    }),
  );
  try {
    abortSignal.throwIfAborted();
    const input = await ask(() => container.attach({ stream: true, stdin: true, hijack: true, abortSignal }));
    // It ends with the container, in whichever way.
    input.on("error", () => {});
    input.resume();
    await ask(() => container.start({ abortSignal }));
    return { container, gpus };
  } catch (error) {
    await container.remove({ force: true, v: true }).catch(() => {});
    if (gpus && gpuRefusal(error)) return startKeeper(connection, image, ask, abortSignal, false);
    throw error;
  }
}

/** runc's words for a program that is not there. */
const explain: Explain = (refusal) =>
  /exec: "sh": executable file not found|stat \/?sh: no such file/.test(refusal.said)
    ? { cause: "request", next: "There is no shell in this image: it cannot be looked into by one" }
    : noSuchImage(refusal);
