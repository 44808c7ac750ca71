import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { daemonAnswer, noSuchImage } from "./daemon-answer.ts";
import { daemonImage, unpackedSize } from "./daemon-image.ts";
import { digestsIn, type ListedImage, namesIn } from "./list-images.ts";

/** An image with its configuration. */
export interface ImageDetails extends ListedImage {
  /** `linux/amd64`, `linux/arm64/v8`. */
  readonly platform: string;
  /**
   * Digests of the manifests of its platforms, as far as they are on the host: one of them alone is pushed where others are
   * missing. None with the classic image store, which keeps no manifest.
   */
  readonly manifests: readonly string[];
  /** Digests of the unpacked layers, the lowest first. */
  readonly layers: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Empty for root. */
  readonly user: string;
  readonly workingFolder: string;
  /** Instructions that it has images run which are built on it (ONBUILD): `RUN make`. */
  readonly triggers: readonly string[];
}

/**
 * What a daemon knows of an image, by its name or its id.
 * @throws {EngineFailure} `request` where there is none
 */
export async function inspectImage(connection: Connection, image: string): Promise<ImageDetails> {
  const details = await daemonAnswer(
    connection,
    `cannot inspect ${image} on ${connection.host.name}`,
    () => daemonImage(connection.docker, image),
    noSuchImage,
  );
  const { Config: config } = details;
  const variant = "Variant" in details && details.Variant ? `/${details.Variant}` : "";
  return {
    id: details.Id,
    names: namesIn(details.RepoTags),
    digests: digestsIn(details.RepoDigests),
    created: Date.parse(details.Created),
    size: unpackedSize(details),
    labels: config?.Labels ?? {},
    platform: `${details.Os}/${details.Architecture}${variant}`,
    manifests: (details.Manifests ?? [])
      .filter(({ Kind, Available }) => Kind === "image" && Available)
      .map(({ ID }) => ID),
    layers: details.RootFS?.Layers ?? [],
    env: config?.Env ?? [],
    entrypoint: listOf(config?.Entrypoint),
    command: listOf(config?.Cmd),
    user: config?.User ?? "",
    workingFolder: config?.WorkingDir || "/",
    triggers: config?.OnBuild ?? [],
  };
}

/**
 * The same; undefined where the daemon has no such image.
 * @throws {EngineFailure}
 */
export async function findImage(connection: Connection, image: string): Promise<ImageDetails | undefined> {
  try {
    return await inspectImage(connection, image);
  } catch (error) {
    if (error instanceof EngineFailure && error.details.cause === "request") return undefined;
    throw error;
  }
}

function listOf(words: string | readonly string[] | null | undefined): readonly string[] {
  return typeof words === "string" ? [words] : (words ?? []);
}
