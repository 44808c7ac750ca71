import { askDaemon } from "../connection/ask-daemon.ts";
import type { Connection } from "../connection/connection.ts";
import { daemonAnswer } from "../images/daemon-answer.ts";

/** What builds have left on a host for later ones, and no image or build uses. */
export interface UnusedCache {
  readonly records: number;
  /** Bytes. */
  readonly size: number;
}

/** A record of `GET /system/df`; daemons before API 1.31 name none. */
interface CacheRecord {
  readonly Type?: string;
  readonly InUse?: boolean;
  readonly Shared?: boolean;
  readonly Size?: number;
}

/** BuildKit keeps these but where it is asked for all (`cache/manager.go`, `prune`). */
const keptTypes = new Set(["internal", "frontend"]);

/**
 * Counts what {@link removeUnusedCache} would free.
 *
 * @throws {EngineFailure}
 */
export async function unusedCache(connection: Connection): Promise<UnusedCache> {
  const what = `cannot see how much the build cache on ${connection.host.name} holds`;
  const { text } = await daemonAnswer(connection, what, () =>
    // A daemon before API 1.42 counts its images too, which takes a while where there are many.
    askDaemon(connection.docker, "/system/df?type=build-cache", connection.lost),
  );
  const { BuildCache } = JSON.parse(text) as { readonly BuildCache?: readonly CacheRecord[] | null };
  const unused = (BuildCache ?? []).filter(
    ({ Type = "", InUse, Shared }) => !InUse && !Shared && !keptTypes.has(Type),
  );
  return { records: unused.length, size: unused.reduce((sum, { Size = 0 }) => sum + Size, 0) };
}

/**
 * Removes what no image or build uses of the build cache: what is built next runs its steps anew. Bytes that were freed.
 *
 * @throws {EngineFailure}
 */
export async function removeUnusedCache(connection: Connection, signal?: AbortSignal): Promise<number> {
  const { SpaceReclaimed } = await daemonAnswer(
    connection,
    `cannot remove the build cache on ${connection.host.name}`,
    () => connection.docker.pruneBuilder(signal ? { abortSignal: signal } : {}),
    undefined,
    signal,
  );
  return SpaceReclaimed;
}
