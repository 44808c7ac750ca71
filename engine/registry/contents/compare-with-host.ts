import type { Connection } from "../../connection/connection.ts";
import { findImage } from "../../images/inspect-image.ts";
import { knownTime } from "../../images/known-time.ts";
import { objectOf } from "../distribution/manifest.ts";
import type { RegistryClient } from "../distribution/registry-client.ts";
import { taggedConfig } from "../distribution/tagged-image.ts";

/** How the image under a tag in a registry and the one of the same name on a host are to each other. */
export type HostComparison =
  | { readonly kind: "not-on-host"; readonly digest: string }
  | { readonly kind: "same"; readonly digest: string }
  | {
      readonly kind: "different";
      readonly digest: string;
      /** When each was made, in milliseconds since 1970; undefined where what it says cannot be true. */
      readonly madeInRegistry: number | undefined;
      readonly madeOnHost: number | undefined;
      /** Layers from the lowest up that both have, of how many on the host. */
      readonly shared: number;
      readonly layersOnHost: number;
    };

/** @throws {EngineFailure} where the registry or the host cannot be asked */
export async function compareWithHost(
  connection: Connection,
  client: RegistryClient,
  path: string,
  tag: string,
  signal?: AbortSignal,
): Promise<HostComparison> {
  const { digest, manifestDigest, configDigest, config } = await taggedConfig(client, path, tag, signal);
  const local = await findImage(connection, `${client.registry}/${path}:${tag}`);
  if (!local) return { kind: "not-on-host", digest };
  // The classic store's id is the digest of the configuration; containerd's has that of the index or the manifest.
  const isSame =
    [configDigest, digest].includes(local.id) ||
    local.manifests.includes(manifestDigest) ||
    local.digests.some((each) => each.endsWith(`@${digest}`));
  if (isSame) return { kind: "same", digest };
  const layers = objectOf(config.rootfs)?.diff_ids;
  const inRegistry: readonly unknown[] = Array.isArray(layers) ? layers : [];
  const firstOther = local.layers.findIndex((layer, index) => layer !== inRegistry[index]);
  return {
    kind: "different",
    digest,
    madeInRegistry: knownTime(Date.parse(String(config.created))),
    madeOnHost: knownTime(local.created),
    shared: firstOther < 0 ? local.layers.length : firstOther,
    layersOnHost: local.layers.length,
  };
}
