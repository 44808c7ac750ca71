import { parseImageReference } from "../../core/image/reference.ts";
import type { Connection } from "../connection/connection.ts";
import { type CredentialStore, credentialsFor } from "./credentials.ts";
import { registryAuthHeader } from "./registry-auth-header.ts";
import { registryOf } from "./registry-host.ts";

/** Milliseconds that a build waits for it at most. */
const patience = 5_000;

/**
 * The digest that a reference stands for at its registry now, as the daemon finds it: it may reach registries that this
 * machine does not. Undefined where nothing tells in good time.
 */
export async function remoteDigest(
  { docker }: Connection,
  text: string,
  store: CredentialStore,
  signal: AbortSignal,
): Promise<string | undefined> {
  const reference = parseImageReference(text);
  if (!reference) return undefined;
  if (reference.digest !== undefined) return reference.digest;
  const registry = registryOf(reference);
  const end = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const { credentials } = await credentialsFor(registry, store, end);
  return new Promise((resolve) =>
    docker.modem.dial(
      {
        path: `/distribution/${reference.name}:${reference.tag ?? "latest"}/json`,
        method: "GET",
        options: {},
        authconfig: { base64: registryAuthHeader(registry, credentials) },
        statusCodes: { 200: true },
        abortSignal: end,
      },
      (error, answer) => resolve(error ? undefined : digestIn(answer)),
    ),
  );
}

/** Docker's API 1.41, "Get image information from the registry". */
function digestIn(answer: unknown): string | undefined {
  const { digest } = (answer as { Descriptor?: { digest?: unknown } } | null)?.Descriptor ?? {};
  return typeof digest === "string" ? digest : undefined;
}
