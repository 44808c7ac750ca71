import type { Connection } from "../connection/connection.ts";
import { daemonAnswer, type Explain, noSuchImage } from "./daemon-answer.ts";

/** What became of an image that was removed. */
export interface RemovedImage {
  /** Names that are gone. */
  readonly untagged: readonly string[];
  /** Ids of images and layers that are gone: none where the image has other names. */
  readonly deleted: readonly string[];
}

/**
 * Takes a name from an image, and removes the image with its last one. `force` also removes what a stopped container was
 * made of, and an image by its id that has several names.
 *
 * @throws {EngineFailure} `request` where there is none, or it is in use
 */
export async function removeImage(
  connection: Connection,
  image: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<RemovedImage> {
  // The types have the answer as anything.
  const changes: readonly { Untagged?: string; Deleted?: string }[] = await daemonAnswer(
    connection,
    `cannot remove ${image} on ${connection.host.name}`,
    () => connection.docker.getImage(image).remove({ force }),
    (refusal) => noSuchImage(refusal) ?? conflict(refusal),
  );
  return {
    untagged: changes.flatMap(({ Untagged }) => Untagged ?? []),
    deleted: changes.flatMap(({ Deleted }) => Deleted ?? []),
  };
}

/** The daemon's words are moby's `daemon/images/image_delete.go`. */
const conflict: Explain = ({ status, said }) => {
  if (status !== 409) return undefined;
  const container = /container ([0-9a-f]+)/.exec(said)?.[1];
  if (/cannot be forced.*dependent child images/.test(said))
    return { cause: "request", next: "Remove the images that are built on it first" };
  if (container !== undefined && /running container/.test(said))
    return { cause: "request", next: `Stop the container ${container} that runs it, and remove it first` };
  if (container !== undefined)
    return { cause: "request", next: `Remove the stopped container ${container} first, or force it` };
  if (/multiple repositories/.test(said))
    return { cause: "request", next: "Remove it by each of its names, or force it" };
  return { cause: "request", next: "See what uses it, and remove that first" };
};
