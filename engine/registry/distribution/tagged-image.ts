import { labelNames } from "../../images/label-names.ts";
import { type ImageManifest, objectOf, platformOf } from "./manifest.ts";
import type { NamedManifest, RegistryClient } from "./registry-client.ts";

/** What a registry says of the image under a tag; of several platforms, one: `linux/amd64`, else the first. */
export interface TaggedImage {
  readonly tag: string;
  /** What the tag stands for: the digest to pin it by. */
  readonly digest: string;
  /** All of them; `unknown` where the registry names none. */
  readonly platforms: readonly string[];
  /** Bytes that a pull fetches: configuration and layers, compressed. */
  readonly size: number;
  /** As the configuration has it (RFC 3339); undefined where it has none. Builds that can be repeated write 1970. */
  readonly created: string | undefined;
  /** When it was pushed under this tag (RFC 3339), where the registry says so: Harbor does. */
  readonly pushed?: string;
  /** The CUDA release in it, by NVIDIA's variable or label. */
  readonly cuda: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

const usualPlatform = "linux/amd64";

/** @throws {EngineFailure} as {@link RegistryClient} */
export async function taggedImage(
  client: RegistryClient,
  repository: string,
  tag: string,
  signal?: AbortSignal,
): Promise<TaggedImage> {
  const named = await client.manifest(repository, tag, signal);
  const { digest } = named;
  const { platforms, image } = await chosenImage(client, repository, named, signal);
  if (!image) return { tag, digest, platforms, size: 0, created: undefined, cuda: undefined, labels: {} };
  const config = await client.config(repository, image.config.digest, signal);
  return {
    tag,
    digest,
    platforms: platforms.length > 0 ? platforms : [platformOf(config) ?? "unknown"],
    size: [image.config, ...image.layers].reduce((sum, { size }) => sum + size, 0),
    ...configFacts(config),
  };
}

/** The configuration of the image under a tag, with the digests of all three; of several platforms, one. */
export interface TaggedConfig {
  /** What the tag stands for. */
  readonly digest: string;
  /** Of the image's manifest: another one where the tag stands for an index. */
  readonly manifestDigest: string;
  /** Undefined where the index under the tag has no image. */
  readonly configDigest: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
}

/** @throws {EngineFailure} as {@link RegistryClient} */
export async function taggedConfig(
  client: RegistryClient,
  repository: string,
  tag: string,
  signal?: AbortSignal,
): Promise<TaggedConfig> {
  const named = await client.manifest(repository, tag, signal);
  const { digest } = named;
  const { image, manifestDigest = digest } = await chosenImage(client, repository, named, signal);
  const configDigest = image?.config.digest;
  const config = configDigest === undefined ? {} : await client.config(repository, configDigest, signal);
  return { digest, manifestDigest, configDigest, config };
}

/** What an image's configuration says, whoever shows it: the registry, or Harbor's `extra_attrs`. */
export function configFacts(
  config: Readonly<Record<string, unknown>>,
): Pick<TaggedImage, "created" | "cuda" | "labels"> {
  const inner = objectOf(config.config) ?? {};
  const labels = stringsOf(objectOf(inner.Labels));
  return {
    created: timeOf(config.created),
    cuda: cudaIn(inner.Env) ?? (labels["com.nvidia.cuda.version"] || labels[labelNames.cuda] || undefined),
    labels,
  };
}

/** A time (RFC 3339); undefined for what is none. */
export function timeOf(value: unknown): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

async function chosenImage(
  client: RegistryClient,
  repository: string,
  { manifest }: NamedManifest,
  signal: AbortSignal | undefined,
): Promise<{ platforms: readonly string[]; image: ImageManifest | undefined; manifestDigest?: string }> {
  if (manifest.kind === "image") return { platforms: [], image: manifest };
  const { images } = manifest;
  const platforms = images.map(({ platform }) => platform ?? "unknown");
  const chosen = images.find(({ platform }) => platform === usualPlatform) ?? images[0];
  const inner = chosen && (await client.manifest(repository, chosen.digest, signal)).manifest;
  return inner?.kind === "image"
    ? { platforms, image: inner, manifestDigest: chosen!.digest }
    : { platforms, image: undefined };
}

function stringsOf(labels: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const entries = Object.entries(labels ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Images on NVIDIA's bases inherit the variable. */
function cudaIn(environment: unknown): string | undefined {
  if (!Array.isArray(environment)) return undefined;
  const set = environment.findLast((each) => typeof each === "string" && each.startsWith("CUDA_VERSION="));
  return set?.slice("CUDA_VERSION=".length) || undefined;
}
