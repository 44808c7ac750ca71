import { familiarRepository, fullReference, parseImageReference } from "../../core/image/reference.ts";
import type { Connection } from "../connection/connection.ts";
import { type ListedImage, listImages } from "../images/list-images.ts";

/** Images of a host by their names, as they were when it was asked. */
export class HostImages {
  readonly #byName = new Map<string, ListedImage>();

  constructor(images: readonly ListedImage[]) {
    for (const image of images)
      for (const name of [...image.names, ...image.digests]) {
        const full = fullReference(name);
        if (full !== undefined) this.#byName.set(full, image);
      }
  }

  /** Undefined where the host has no image of this name; `latest` where the reference has no tag. */
  find(reference: string): ListedImage | undefined {
    const full = fullReference(reference);
    return full === undefined ? undefined : this.#byName.get(full);
  }
}

/**
 * Asks a host for what it has of these images, in one request: of all that a host has, containerd's image store needs a
 * second to tell of a hundred.
 *
 * @throws {EngineFailure}
 */
export async function hostImages(connection: Connection, references: Iterable<string>): Promise<HostImages> {
  const names = new Set(
    [...references].flatMap((each) => {
      const reference = parseImageReference(each);
      return reference ? [familiarRepository(reference)] : [];
    }),
  );
  return new HostImages(names.size === 0 ? [] : await listImages(connection, { names: [...names] }));
}

/**
 * The digest of an image's manifest in the repository of `reference`; undefined where the host knows none. A daemon with
 * containerd's image store (Docker 29, Docker Desktop) knows the digest of every image: pushed or not, it is the image's id.
 */
export function digestIn({ digests }: ListedImage, reference: string): string | undefined {
  const { repository, digest } = parseImageReference(reference) ?? {};
  if (digest !== undefined) return digest;
  return digests
    .map(parseImageReference)
    .find((each) => each?.digest !== undefined && each.repository === repository)?.digest;
}

/**
 * The digest that an image has in the repository of `reference` because it was pushed to it or pulled from it; undefined
 * where it was neither, and where nothing tells: with containerd's image store.
 */
export function pushedDigest(image: ListedImage, reference: string): string | undefined {
  const digest = digestIn(image, reference);
  return digest === image.id ? undefined : digest;
}

/** Whether an image is known to be in the repository of each of its names; tags of one repository cannot be told apart. */
export function isPushed(image: ListedImage, references: readonly string[]): boolean {
  return references.every((reference) => pushedDigest(image, reference) !== undefined);
}
