import type { IncomingMessage } from "node:http";
import { type Duplex, Writable } from "node:stream";
import { json } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { daemonAnswer, noSuchImage } from "./daemon-answer.ts";
import { allGpus } from "./gpu-request.ts";

/** A command for a container that is gone when it has ended. */
export interface ContainerCommand {
  /** Its name or its id; it has to be there. */
  readonly image: string;
  /** The program and its arguments, in the place of the image's entrypoint and command. */
  readonly command: readonly string[];
  /** Whether it sees the network; not without being told. */
  readonly network?: boolean;
  /** `NAME=value`, on top of the image's. */
  readonly env?: readonly string[];
  /** The image's own without it. */
  readonly user?: string;
  /** Whether it is given all of the host's GPUs; not without being told. Where there are none it does not start. */
  readonly gpus?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes of each stream that are kept, from its beginning. */
  readonly maxOutput?: number;
}

/** What a command gave. */
export interface ContainerRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether there was more output than was kept. */
  readonly truncated: boolean;
}

const defaultMaxOutput = 64 * 1024 * 1024;

/**
 * Runs a command in a throw-away container. The daemon removes it when it ends, also where this program has gone by then.
 *
 * @throws {EngineFailure} `request` where there is no such image or program, `cancelled`, `connection-lost`
 */
export async function runInContainer(
  connection: Connection,
  command: ContainerCommand,
): Promise<ContainerRun> {
  const { image, signal, maxOutput = defaultMaxOutput } = command;
  const what = `cannot run ${command.command[0] ?? "nothing"} in ${image}`;
  const ask = <Answer>(work: () => Promise<Answer>) => daemonAnswer(connection, what, work, noSuchImage);
  const end = AbortSignal.any([connection.lost, ...(signal ? [signal] : [])]);
  const cancelled = () => new EngineFailure({ cause: "cancelled", what: `${what}: it was cancelled` });
  if (signal?.aborted) throw cancelled();
  const container = await ask(() => connection.docker.createContainer(settingsOf(command)));
  const answers: (Duplex | IncomingMessage)[] = [];
  try {
    const output = await ask(() =>
      container.attach({ stream: true, stdout: true, stderr: true, abortSignal: end }),
    );
    answers.push(output as Duplex);
    const stdout = new Collector(maxOutput);
    const stderr = new Collector(maxOutput);
    connection.docker.modem.demuxStream(output, stdout, stderr);
    // Asked for ahead of the start: a container that has ended is gone, and its exit code with it.
    const exit = await ask(() => untilExit(container, end));
    answers.push(exit);
    await ask(() => container.start({ abortSignal: end }));
    const { StatusCode: exitCode } = await ask(async () => {
      await finished(output, { writable: false });
      return (await json(exit)) as { StatusCode: number };
    });
    const truncated = stdout.truncated || stderr.truncated;
    return { exitCode, stdout: stdout.text, stderr: stderr.text, truncated };
  } catch (error) {
    throw signal?.aborted ? cancelled() : error;
  } finally {
    // Of a container that did not start nobody hears to the end, and each would keep a connection.
    for (const answer of answers) answer.destroy();
    // After its end the daemon has removed it, or is about to.
    await container.remove({ force: true, v: true }).catch(() => {});
  }
}

function settingsOf({
  image,
  command,
  network,
  env,
  user,
  gpus,
}: ContainerCommand): Docker.ContainerCreateOptions {
  const [program, ...args] = command;
  return {
    Image: image,
    Entrypoint: program === undefined ? [] : [program],
    Cmd: args,
    Env: [...(env ?? [])],
    ...(user === undefined ? {} : { User: user }),
    AttachStdout: true,
    AttachStderr: true,
    ...(network ? {} : { NetworkDisabled: true }),
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network ? "default" : "none",
      ...(gpus ? { DeviceRequests: [allGpus] } : {}),
      // The output comes by the attached stream; nothing of it is to stay.
      LogConfig: { Type: "none", Config: {} },
    },
  };
}

/** The daemon's answer to the question when a container ends: its head comes at once, its body then. */
function untilExit(container: Docker.Container, abortSignal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    container.modem.dial(
      {
        path: `/containers/${container.id}/wait?`,
        method: "POST",
        options: { _query: { condition: "next-exit" }, _body: {} },
        isStream: true,
        statusCodes: { 200: true },
        abortSignal,
      },
      (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer as IncomingMessage)),
    );
  });
}

/** Keeps the beginning of a stream. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = [];
  #room: number;
  truncated = false;

  constructor(room: number) {
    super();
    this.#room = room;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const kept = chunk.subarray(0, this.#room);
    if (kept.length > 0) this.#chunks.push(kept);
    this.#room -= kept.length;
    this.truncated ||= kept.length < chunk.length;
    done();
  }
}
