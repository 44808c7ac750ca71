import type { Connection, Transport } from "./connection.ts";
import { freeBytes, gpusFor, gpusOf, readFacts } from "./daemon-facts.ts";

/** What a list of hosts says of one that is reached. */
export interface HostFacts {
  /** `20.10.24`; undefined where the daemon does not say. */
  readonly version: string | undefined;
  /** `Debian GNU/Linux 12 (bookworm), x86_64`, as far as the daemon says. */
  readonly system: string;
  readonly transport: Transport;
  /** Where its images lie, and how many bytes are free there; undefined where that cannot be asked. */
  readonly disk: { readonly free: number; readonly at: string } | undefined;
  /** Each as `name, memory, driver`, or as the daemon names it; undefined where neither machine nor daemon tells. */
  readonly gpus: readonly string[] | undefined;
}

/**
 * Asks a host what it is and has.
 *
 * @throws what the daemon or the signal ends it with
 */
export async function readHostFacts(connection: Connection, signal: AbortSignal): Promise<HostFacts> {
  const facts = await readFacts(connection, signal);
  const [free, found] = await Promise.all([freeBytes(facts), gpusOf(facts)]);
  const { ServerVersion, OperatingSystem, Architecture, DockerRootDir } = facts.info;
  const gpus = found?.length ? found : gpusFor(facts).devices;
  return {
    version: ServerVersion,
    system: [OperatingSystem, Architecture].filter(Boolean).join(", "),
    transport: connection.transport,
    disk: free === undefined ? undefined : { free, at: DockerRootDir ?? "" },
    gpus: gpus.length > 0 || found ? gpus : undefined,
  };
}
