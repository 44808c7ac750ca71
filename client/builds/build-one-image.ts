import { build } from "../../engine/build/build.ts";
import type { BuildFailure, BuildResult } from "../../engine/build/build-event.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import type { Connection } from "../../engine/connection/connection.ts";
import { EngineFailure, type FailureDetails } from "../../engine/failure.ts";
import type { ImageOutcome, LabBuildEvent, PlannedImage } from "../../engine/lab/lab-build-event.ts";
import type { Authorise } from "../../engine/registry/authorise.ts";
import type { CredentialStore } from "../../engine/registry/credentials.ts";
import { probePush } from "../../engine/registry/probe-push.ts";
import { push } from "../../engine/registry/push.ts";
import type { TransferOptions } from "../../engine/registry/transfer.ts";

/** What a build of one image works with. */
export interface OneImage {
  readonly image: PlannedImage;
  readonly request: BuildRequest;
  readonly pushes: boolean;
  /** @throws {EngineFailure} with the cause */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  readonly credentials: CredentialStore;
  /** Who is asked where a registry wants a login. */
  readonly authoriseFor: (connection: Connection) => Promise<Authorise>;
}

/**
 * Builds one image, and pushes it where that is asked for, in the events of a lab's build.
 *
 * @throws {EngineFailure} where the build cannot begin
 */
export async function* buildOneImage(work: OneImage, signal: AbortSignal): AsyncGenerator<LabBuildEvent> {
  const { name } = work.image;
  yield { kind: "planned", images: [work.image] };
  let connection: Connection | undefined;
  let outcome: ImageOutcome;
  try {
    connection = await work.connect(signal);
    const { pushes, request, credentials } = work;
    const transfer = { credentials, signal, authorise: await work.authoriseFor(connection) };
    if (pushes) await probePush(connection, request.tags, transfer);
    outcome = yield* built(connection, work, transfer);
  } catch (error) {
    // What the user ends before it has begun is no fault to show.
    if (!(error instanceof EngineFailure) || error.details.cause !== "cancelled") throw error;
    outcome = { kind: "skipped", base: undefined };
  } finally {
    void connection?.close();
  }
  yield { kind: "image-finished", image: name, outcome };
  yield { kind: "finished", outcomes: new Map([[name, outcome]]) };
}

async function* built(
  connection: Connection,
  { image: { name: image }, request, pushes }: OneImage,
  transfer: TransferOptions & { readonly signal: AbortSignal },
): AsyncGenerator<LabBuildEvent, ImageOutcome> {
  let outcome: BuildResult | BuildFailure | undefined;
  yield { kind: "image-started", image };
  for await (const event of build(connection, request, transfer)) {
    yield { kind: "build", image, event };
    if (event.kind === "finished") outcome = event.outcome;
  }
  if (!outcome) throw new Error("the build has no outcome");
  if (!outcome.ok) return { kind: "build-failed", failure: outcome };
  const digests: string[] = [];
  for (const reference of pushes ? outcome.tags : []) {
    let failure: FailureDetails | undefined;
    for await (const event of push(connection, reference, transfer)) {
      yield { kind: "push", image, reference, event };
      if (event.kind !== "finished") continue;
      if (event.outcome.ok) digests.push(event.outcome.digest);
      else failure = event.outcome;
    }
    if (failure) return { kind: "push-failed", result: outcome, failure };
  }
  return { kind: "built", result: outcome, digests };
}
