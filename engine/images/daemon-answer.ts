import { type Connection, lossBehind, lossOf } from "../connection/connection.ts";
import { daemonFailure } from "../connection/daemon-failure.ts";
import { type DaemonRefusal, refusalOf } from "../connection/daemon-refusal.ts";
import { EngineFailure, type FailureDetails } from "../failure.ts";

/** What a daemon's refusal means for what was asked; undefined for one that is not known. */
export type Explain = (refusal: DaemonRefusal) => Omit<FailureDetails, "what" | "said"> | undefined;

/**
 * What the daemon answers to a short request.
 * @param signal the one that `ask` hands on
 * @throws {EngineFailure} `what`, and why it failed: the daemon's refusal as `explain` has it, or the way to it
 */
export async function daemonAnswer<Answer>(
  connection: Connection,
  what: string,
  ask: () => Promise<Answer>,
  explain: Explain = () => undefined,
  signal?: AbortSignal,
): Promise<Answer> {
  const cancelled = () => new EngineFailure({ cause: "cancelled", what: `${what}: it was cancelled` });
  if (signal?.aborted) throw cancelled();
  try {
    return await ask();
  } catch (error) {
    if (signal?.aborted) throw cancelled();
    const loss = lossOf(connection);
    if (loss) throw loss;
    const refusal = refusalOf(error);
    if (!refusal) throw (await lossBehind(connection)) ?? daemonFailure(error, connection.host);
    const known = explain(refusal) ?? { cause: refusal.status < 500 ? "request" : "fault" };
    throw new EngineFailure({ what, said: refusal.said, ...known }, { cause: error });
  }
}

/** For an image that has to be there. */
export const noSuchImage: Explain = ({ status }) =>
  status === 404
    ? { cause: "request", next: "Check the name and the tag, or build or pull the image first" }
    : undefined;
