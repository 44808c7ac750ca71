import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import type { Connection } from "../../../engine/connection/connection.ts";

/** What two images are compared by. */
export interface ImageContent {
  /** Configuration: environment, command, labels, platform, and what made each layer. */
  readonly config: unknown;
  /** Of each layer on top of the base, its entries in order of their names, a line each. */
  readonly layers: readonly (readonly string[])[];
}

interface Manifest {
  readonly Config: string;
  readonly Layers: readonly string[];
}

interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly config: object;
  readonly history: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
}

/**
 * Reads an image as `docker save` gives it.
 *
 * @param since when the test began, in milliseconds: what was written later shows as "now", whenever that was
 * @param baseLayers how many of its layers are its base's
 */
export async function imageContent(
  { docker }: Connection,
  image: string,
  since: number,
  baseLayers: number,
): Promise<ImageContent> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await docker.getImage(image).get()) as AsyncIterable<Buffer>) chunks.push(chunk);
  const files = new Map<string, Uint8Array>();
  for (const { header, data } of await unpackTar(Buffer.concat(chunks)))
    files.set(header.name, data ?? new Uint8Array());
  const json = (name: string) => JSON.parse(Buffer.from(files.get(name) ?? "").toString()) as unknown;
  const [manifest] = json("manifest.json") as Manifest[];
  const { os, architecture, variant, config, history } = json(manifest!.Config) as ImageConfig;
  return {
    config: {
      platform: [os, architecture, variant],
      // The classic builder names there the image that it made of the step before.
      config: { ...config, Image: undefined },
      history: history.map(({ created_by, empty_layer }) => [
        // The classic builder's sum holds the modes as the client wrote them, with a file's type or without.
        created_by?.replace(/(dir|file|multi):[0-9a-f]{64}/, "$1"),
        empty_layer ?? false,
      ]),
    },
    layers: await Promise.all(
      manifest!.Layers.slice(baseLayers).map((layer) => layerContent(files.get(layer)!, since)),
    ),
  };
}

/** Containerd's image store saves layers as it pushes them: compressed. */
function unpacked(layer: Uint8Array): Uint8Array {
  return layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
}

async function layerContent(layer: Uint8Array, since: number): Promise<string[]> {
  const entries = await unpackTar(unpacked(layer));
  return entries
    .map(({ header, data }) => {
      const { name, type, mode = 0, uid, gid, size, linkname, mtime, pax } = header;
      const modified = mtime && mtime.getTime() >= since - 1_000 ? "now" : mtime?.toISOString();
      const content = size > 0 ? createHash("sha256").update(data!).digest("hex").slice(0, 12) : "";
      const attributes = Object.entries(pax ?? {}).filter(([key]) => key.startsWith("SCHILY.xattr"));
      return [name, type, mode.toString(8), `${uid}:${gid}`, size, modified, linkname, content, ...attributes]
        .filter((part) => part !== undefined && part !== "")
        .join(" ");
    })
    .sort();
}
