import { parseReferenceOrFail, pathOf, registryOf } from "../registry-host.ts";
import type { RegistryClient } from "./registry-client.ts";

/**
 * The digest that an image's tag stands for now (`latest` where it has none).
 * @param open a client of the registry that the image lies at
 * @throws {EngineFailure} `request` for what is no image's name, else as {@link RegistryClient}
 */
export async function resolveDigest(
  text: string,
  open: (registry: string) => RegistryClient | Promise<RegistryClient>,
  signal?: AbortSignal,
): Promise<string> {
  const reference = parseReferenceOrFail(text);
  const client = await open(registryOf(reference));
  return client.digestOf(pathOf(reference), reference.tag ?? "latest", signal);
}
