import type { CredentialStore } from "../credentials.ts";
import { RegistryClient } from "./registry-client.ts";

/** NVIDIA's CUDA images, on Docker Hub and in what mirrors it. */
const cudaRepository = "nvidia/cuda";

/**
 * Every tag of `nvidia/cuda` that a registry has: Docker Hub (`docker.io`), or one that mirrors it.
 * @throws {EngineFailure} as {@link RegistryClient}
 */
export function cudaTagsAt(
  registry: string,
  credentials: CredentialStore,
  signal?: AbortSignal,
): Promise<string[]> {
  return new RegistryClient({ registry, credentials }).tags(cudaRepository, signal);
}
