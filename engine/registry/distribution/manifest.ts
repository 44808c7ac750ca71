/** A layer, or the configuration, as a manifest names it. */
export interface Descriptor {
  /** `sha256:…` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** An image's manifest. */
export interface ImageManifest {
  readonly kind: "image";
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** One image of an index. */
export interface PlatformManifest extends Descriptor {
  /** `linux/amd64`, `linux/arm64/v8`; undefined where the index names none. */
  readonly platform: string | undefined;
}

/** The images of several platforms under one name (an OCI index, a Docker manifest list). */
export interface ImageIndex {
  readonly kind: "index";
  readonly images: readonly PlatformManifest[];
}

/** What is taken of a registry: single images and those of several platforms, Docker's and OCI's. */
export const acceptedManifests = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const digestShape = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a digest of the kind that all registries use. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && digestShape.test(text);
}

/** Reads a manifest's JSON; undefined for what is none of the accepted kinds. */
export function readManifestJson(text: string): ImageManifest | ImageIndex | undefined {
  const content = objectOf(parsed(text));
  if (!content) return undefined;
  if (Array.isArray(content.manifests)) {
    const images = content.manifests.flatMap((each: unknown) => {
      const descriptor = descriptorOf(each);
      const platform = platformOf(objectOf(objectOf(each)?.platform));
      // BuildKit lists its attestations as images of no platform.
      return descriptor && platform !== "unknown/unknown" ? [{ ...descriptor, platform }] : [];
    });
    return { kind: "index", images };
  }
  const config = descriptorOf(content.config);
  if (!config || !Array.isArray(content.layers)) return undefined;
  return {
    kind: "image",
    config,
    layers: content.layers.flatMap((layer: unknown) => descriptorOf(layer) ?? []),
  };
}

function descriptorOf(value: unknown): Descriptor | undefined {
  const { digest, size } = objectOf(value) ?? {};
  return isDigest(digest) && typeof size === "number" && size >= 0 ? { digest, size } : undefined;
}

/** `os/architecture/variant`, as docker writes it; of an index's entry or of an image's configuration. */
export function platformOf(value: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const { os, architecture, variant } = value ?? {};
  if (typeof os !== "string" || typeof architecture !== "string") return undefined;
  return [os, architecture, ...(typeof variant === "string" && variant ? [variant] : [])].join("/");
}

/** JSON, or undefined. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
