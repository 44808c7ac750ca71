import type Docker from "dockerode";

/** Of an image's platforms dockerode's types have the sizes right in a list alone. */
export type DaemonImage = Omit<Docker.ImageInspectInfo, "Manifests"> & Pick<Docker.ImageInfo, "Manifests">;

/**
 * What the daemon itself says of an image, by its name or its id; with containerd's image store of each of its platforms
 * (API 1.48). dockerode's own `inspect` loses the question for them.
 *
 * @throws docker-modem's error where there is none
 */
export function daemonImage({ modem }: Docker, image: string): Promise<DaemonImage> {
  // No name of an image is to ask for anything else.
  const name = image.split("/").map(encodeURIComponent).join("/");
  return new Promise((resolve, reject) =>
    modem.dial(
      {
        path: `/images/${name}/json?`,
        method: "GET",
        options: { manifests: true },
        statusCodes: { 200: true },
      },
      (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer as DaemonImage)),
    ),
  );
}

/**
 * Bytes of an image's layers, unpacked, those that it shares with others included: the sum of what its history has.
 *
 * The daemon's own figure is that with the classic image store. With containerd's it is something else: a list counts
 * layers unpacked and compressed together, an image that is inspected only compressed (Docker 28.5.2); it remains where
 * nothing is unpacked, and of daemons older than API 1.48, which say no more of it.
 */
export function unpackedSize({ Size, Manifests }: Pick<Docker.ImageInfo, "Size" | "Manifests">): number {
  const unpacked = (Manifests ?? []).reduce((sum, { ImageData }) => sum + (ImageData?.Size.Unpacked ?? 0), 0);
  return unpacked > 0 ? unpacked : Size;
}
