import type { Connection } from "../connection/connection.ts";
import type { FailureDetails } from "../failure.ts";
import { push } from "../registry/push.ts";
import type { TransferOptions } from "../registry/transfer.ts";
import type { LabBuildEvent } from "./lab-build-event.ts";

/** What came of pushes of one image: the digest (`sha256:…`) under each name that is pushed, and why another one is not. */
export interface PushedNames {
  readonly digests: readonly string[];
  readonly failure: FailureDetails | undefined;
}

/**
 * Pushes an image under its names, one behind the other; the first failure is the end of it.
 *
 * @param image what its events call it
 * @param references with registry and tag
 * @throws {EngineFailure} as {@link push}
 */
export async function* pushNames(
  connection: Connection,
  image: string,
  references: readonly string[],
  options: TransferOptions,
): AsyncGenerator<LabBuildEvent, PushedNames> {
  const digests: string[] = [];
  for (const reference of references) {
    let failure: FailureDetails | undefined;
    for await (const event of push(connection, reference, options)) {
      yield { kind: "push", image, reference, event };
      if (event.kind !== "finished") continue;
      if (event.outcome.ok) digests.push(event.outcome.digest);
      else failure = event.outcome;
    }
    if (failure) return { digests, failure };
  }
  return { digests, failure: undefined };
}
