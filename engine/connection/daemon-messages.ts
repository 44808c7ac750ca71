import type { IncomingMessage } from "node:http";
import { EngineFailure } from "../failure.ts";
import { plainText } from "../plain-text.ts";
import { type Connection, lossBehind, lossOf } from "./connection.ts";
import { refusalOf } from "./daemon-refusal.ts";
import { readLines } from "./read-lines.ts";

/** A request whose answer goes on while the daemon works. */
export interface LongRequest {
  readonly method: "POST";
  /** `/images/NAME/push`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Of the one registry that the daemon is to talk to. */
  readonly registryAuth?: string;
  /** Ends the daemon's work; iterating then throws a failure of cause `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** What it is called in failures: `the push`. */
  readonly work: string;
}

/** One message of the answer (moby/moby `pkg/jsonmessage`); a failure's is the last. */
export interface DaemonMessage {
  /** What the message is about: a layer's short id, a tag. */
  readonly id: string | undefined;
  readonly status: string | undefined;
  /** Bytes. */
  readonly current: number | undefined;
  readonly total: number | undefined;
  readonly aux: Readonly<Record<string, unknown>> | undefined;
  /** Why the daemon failed, in its words: the status of the answer itself is 200 even then. */
  readonly error: string | undefined;
}

/**
 * What the daemon says while it works. Leaving the loop early ends its work.
 * @throws {EngineFailure} `cancelled`, or `connection-lost` where the answer does not come to its end
 */
export async function* daemonMessages(
  connection: Connection,
  request: LongRequest,
): AsyncGenerator<DaemonMessage, void> {
  const { signal, work } = request;
  const left = new AbortController();
  const end = AbortSignal.any([left.signal, connection.lost, ...(signal ? [signal] : [])]);
  const cancelled = () => new EngineFailure({ cause: "cancelled", what: `${work} was cancelled` });
  try {
    if (signal?.aborted) throw cancelled();
    for await (const line of readLines(await open(connection, request, end))) {
      const message = readMessage(line);
      if (message) yield message;
    }
  } catch (error) {
    if (signal?.aborted) throw cancelled();
    const loss = lossOf(connection);
    if (loss) throw loss;
    if (error instanceof EngineFailure) throw error;
    const refusal = refusalOf(error);
    if (refusal) {
      yield { ...empty, error: refusal.said };
      return;
    }
    const behind = await lossBehind(connection);
    if (behind) throw behind;
    throw new EngineFailure(
      {
        cause: "connection-lost",
        what: `the connection to the daemon at ${connection.host.url} was lost during ${work}`,
        said: error instanceof Error ? error.message : String(error),
        next: `See whether ${connection.host.name} and its Docker daemon are up, and try again: what was done is kept`,
      },
      { cause: error },
    );
  } finally {
    left.abort();
  }
}

function open(
  connection: Connection,
  { method, path, query, registryAuth }: LongRequest,
  abortSignal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    connection.docker.modem.dial(
      {
        path: `${path}?`,
        method,
        options: { _query: query, _body: {} },
        ...(registryAuth === undefined ? {} : { authconfig: { base64: registryAuth } }),
        isStream: true,
        statusCodes: { 200: true },
        abortSignal,
      },
      (error, answer) => (error ? reject(error) : resolve(answer as IncomingMessage)),
    );
  });
}

const empty: DaemonMessage = {
  id: undefined,
  status: undefined,
  current: undefined,
  total: undefined,
  aux: undefined,
  error: undefined,
};

interface RawMessage {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly progressDetail?: {
    readonly current?: unknown;
    readonly total?: unknown;
    readonly units?: unknown;
  } | null;
  readonly aux?: unknown;
  readonly error?: unknown;
  readonly errorDetail?: { readonly message?: unknown } | null;
}

function readMessage(line: Buffer): DaemonMessage | undefined {
  const text = line.toString().trim();
  if (text === "") return undefined;
  const { id, status, progressDetail, aux, error, errorDetail } = JSON.parse(text) as RawMessage;
  const said = errorDetail?.message ?? error;
  return {
    id: textOf(id),
    status: textOf(status),
    ...bytesIn(progressDetail ?? {}),
    aux: typeof aux === "object" && aux !== null ? (aux as Record<string, unknown>) : undefined,
    error: said === undefined ? undefined : plainText(String(said)),
  };
}

/** Containerd's image store counts the seconds that a layer takes to unpack. */
function bytesIn({
  current,
  total,
  units,
}: NonNullable<RawMessage["progressDetail"]>): Pick<DaemonMessage, "current" | "total"> {
  if (typeof units === "string" && units !== "") return { current: undefined, total: undefined };
  return { current: numberOf(current), total: numberOf(total) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? plainText(value) : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
