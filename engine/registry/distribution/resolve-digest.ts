import type { CredentialStore } from "../credentials.ts";
import { parseReferenceOrFail, pathOf, registryOf } from "../registry-host.ts";
import { RegistryClient } from "./registry-client.ts";

/** Milliseconds: somebody waits in front of the editor. */
const patience = 15_000;

/**
 * The digest that an image's tag stands for now (`latest` where it has none).
 * @throws {EngineFailure} `request` for what is no image's name, else as {@link RegistryClient}
 */
export async function resolveDigest(
  text: string,
  credentials: CredentialStore,
  signal?: AbortSignal,
): Promise<string> {
  const reference = parseReferenceOrFail(text);
  const client = new RegistryClient({ registry: registryOf(reference), credentials, timeout: patience });
  return client.digestOf(pathOf(reference), reference.tag ?? "latest", signal);
}
