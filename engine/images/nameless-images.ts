import type { Connection } from "../connection/connection.ts";
import { daemonAnswer } from "./daemon-answer.ts";

/** Images that have no name any more: what rebuilds under the same tag leave behind. */
export interface NamelessImages {
  readonly images: readonly string[];
  /** Bytes that they take on the host's disk, what images share counted in each: at most this much is freed. */
  readonly size: number;
}

/**
 * Counts the images without a name that no other image builds on.
 * @throws {EngineFailure}
 */
export async function namelessImages(connection: Connection): Promise<NamelessImages> {
  const { docker, host } = connection;
  const [dangling, all] = await daemonAnswer(connection, `cannot list the images on ${host.name}`, () =>
    Promise.all([docker.listImages({ filters: { dangling: ["true"] } }), docker.listImages()]),
  );
  // With containerd's image store a build without a name leaves a nameless record beside the names that the image has.
  const named = new Set(
    all.filter(({ RepoTags }) => RepoTags?.some((name) => !name.includes("<none>"))).map(({ Id }) => Id),
  );
  const images = dangling.filter(({ Id }) => !named.has(Id));
  return { images: images.map(({ Id }) => Id), size: images.reduce((sum, { Size }) => sum + Size, 0) };
}

/**
 * Removes them, those left out that a container uses. Bytes that were freed, and how many images went.
 * @throws {EngineFailure}
 */
export async function removeNamelessImages(
  connection: Connection,
  signal?: AbortSignal,
): Promise<{ readonly removed: number; readonly freed: number }> {
  const { docker, host } = connection;
  const { images } = await namelessImages(connection);
  const { ImagesDeleted, SpaceReclaimed } = await daemonAnswer(
    connection,
    `cannot remove images without a name from ${host.name}`,
    () => docker.pruneImages({ filters: { dangling: ["true"] }, ...(signal && { abortSignal: signal }) }),
    undefined,
    signal,
  );
  // Containerd's image store untags what goes, and names it deleted only where nothing holds its manifest any more.
  const gone = new Set((ImagesDeleted ?? []).flatMap(({ Deleted, Untagged }) => [Deleted, Untagged]));
  return { removed: images.filter((id) => gone.has(id)).length, freed: SpaceReclaimed };
}
