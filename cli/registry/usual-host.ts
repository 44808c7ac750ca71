import type { Host } from "../../engine/connection/host.ts";
import { resolveHost } from "../../engine/connection/resolve-host.ts";

/**
 * The host whose registry `localhost:5000` is. A configuration of docker's that cannot be read matters only to who names
 * a host.
 *
 * @param option what `--host` says
 * @throws {EngineFailure} where that is no host
 */
export async function usualHost(option: string | undefined): Promise<Host | undefined> {
  try {
    return await resolveHost({ option });
  } catch (error) {
    if (option !== undefined) throw error;
    return undefined;
  }
}
