import type { Connection } from "../connection/connection.ts";
import { daemonAnswer } from "./daemon-answer.ts";

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
  /**
   * Bytes of its layers, those that it shares with others included. With containerd's image store the list counts them
   * unpacked and compressed together, an image that is inspected only compressed (Docker 28.5.2).
   */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The daemon's images, the newest first; with `name`, those that it fits: a repository, or one with a tag (`*` fits all
 * but a slash).
 *
 * @throws {EngineFailure}
 */
export async function listImages(
  connection: Connection,
  { name }: { readonly name?: string } = {},
): Promise<readonly ListedImage[]> {
  const filters = name === undefined ? {} : { reference: [name] };
  const images = await daemonAnswer(connection, `cannot list the images on ${connection.host.name}`, () =>
    connection.docker.listImages({ filters: JSON.stringify(filters) }),
  );
  return images.map(({ Id, RepoTags, RepoDigests, Created, Size, Labels }) => ({
    id: Id,
    names: named(RepoTags),
    digests: named(RepoDigests),
    created: Created * 1000,
    size: Size,
    labels: Labels ?? {},
  }));
}

/** Without the stand-ins of older daemons: `<none>:<none>`. */
export function named(names: readonly string[] | null | undefined): readonly string[] {
  return (names ?? []).filter((name) => !name.includes("<none>"));
}
