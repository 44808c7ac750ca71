import type { Host } from "../connection/host.ts";
import { parseHostUrl } from "../connection/host-url.ts";
import { EngineFailure } from "../failure.ts";

/**
 * Whether this machine may ask a registry by itself where a host could not be connected to: where the daemon would be its own,
 * as the two reach the same. A login for what another machine reaches, its own `localhost:5000` even, would go elsewhere.
 */
export function isAskedFromHere({ url, name }: Host, failure: unknown): boolean {
  if (!(failure instanceof EngineFailure) || parseHostUrl(url, name).kind !== "socket") return false;
  return failure.details.cause === "no-daemon" || failure.details.cause === "permission";
}
