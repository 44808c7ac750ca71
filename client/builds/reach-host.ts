import type { Connection } from "../../engine/connection/connection.ts";
import type { Host } from "../../engine/connection/host.ts";
import { EngineFailure } from "../../engine/failure.ts";
import type { LabBuildEvent } from "../../engine/lab/lab-build-event.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import type { TransferOptions } from "../../engine/registry/transfer.ts";
import { askInEditor } from "../hosts/ask-ssh.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";
import type { RegistryLogins } from "../registry/registry-logins.ts";

/** What every build in the editor is given. */
export interface BuildSurroundings {
  readonly host: Host;
  readonly hosts: WorkspaceHosts;
  readonly logins: RegistryLogins;
  readonly pushes: boolean;
}

/** What a build has once its host is reached. */
export interface ReachedHost {
  readonly connection: Connection;
  readonly transfer: TransferOptions & { readonly signal: AbortSignal };
}

/**
 * Reaches the host, works there, and lets go of it. What the user ends before anything has begun is no fault: it ends with
 * no image's outcome.
 *
 * @throws {EngineFailure} where the host cannot be reached
 */
export async function* onHost(
  { host, hosts, logins }: BuildSurroundings,
  signal: AbortSignal,
  work: (reached: ReachedHost) => AsyncIterable<LabBuildEvent>,
): AsyncGenerator<LabBuildEvent, void> {
  let connection: Connection | undefined;
  try {
    connection = await hosts.connect(host, { ask: askInEditor, signal });
    const authorise = await logins.authoriseFor(connection);
    yield* work({ connection, transfer: { credentials: new DockerCredentials(), signal, authorise } });
  } catch (error) {
    if (!(error instanceof EngineFailure) || error.details.cause !== "cancelled") throw error;
    yield { kind: "finished", outcomes: new Map() };
  } finally {
    void connection?.close();
  }
}
