import type { Connection } from "../connection/connection.ts";
import { daemonAnswer } from "./daemon-answer.ts";
import { unpackedSize } from "./daemon-image.ts";

/** An image of a daemon's, as its list has it. */
export interface ListedImage {
  /** `sha256:…` of its configuration; of its manifest with containerd's image store. */
  readonly id: string;
  /** Names with tags; none for what a rebuild under the same tag left behind. */
  readonly names: readonly string[];
  /** `registry/name@sha256:…`, where it was pulled from or pushed to; under each name with containerd's image store. */
  readonly digests: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Bytes of its layers, unpacked, those that it shares with others included. */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The daemon's images, the newest first; with `names`, those that one of them fits: a repository, or one with a tag, as short
 * as docker writes it (`*` fits all but a slash). An older daemon then tells only the names that fit.
 *
 * @throws {EngineFailure}
 */
export async function listImages(
  connection: Connection,
  { names }: { readonly names?: readonly string[] } = {},
): Promise<readonly ListedImage[]> {
  const filters = names === undefined ? {} : { reference: names };
  const images = await daemonAnswer(connection, `cannot list the images on ${connection.host.name}`, () =>
    connection.docker.listImages({ filters: JSON.stringify(filters), manifests: true }),
  );
  return images.map((image) => ({
    id: image.Id,
    names: namesIn(image.RepoTags),
    digests: digestsIn(image.RepoDigests),
    created: image.Created * 1000,
    size: unpackedSize(image),
    labels: image.Labels ?? {},
  }));
}

/**
 * Names with tags: without the stand-ins of older daemons, `<none>:<none>`, and without the digest that containerd's image
 * store has for the name of what was pulled by one.
 */
export function namesIn(names: readonly string[] | null | undefined): readonly string[] {
  return (names ?? []).filter((name) => !name.includes("<none>") && !name.includes("@"));
}

/** Without the stand-ins of older daemons: `<none>@<none>`. */
export function digestsIn(digests: readonly string[] | null | undefined): readonly string[] {
  return (digests ?? []).filter((digest) => !digest.includes("<none>"));
}
