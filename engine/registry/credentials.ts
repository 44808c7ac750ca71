import { EngineFailure } from "../failure.ts";

/** What a registry is shown: a user and a password, or an identity token (docker's `identitytoken`). */
export type RegistryCredentials =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  | { readonly kind: "identity-token"; readonly username: string; readonly token: string };

/**
 * Where credentials come from: docker's config file and its helpers on the machine where this runs.
 *
 * `registry` is the host as it stands in a reference, with its port (`localhost:5000`, `ic-registry.epfl.ch`);
 * Docker Hub is `docker.io`. Credentials of one registry never go to another.
 */
export interface CredentialStore {
  /**
   * Undefined where nobody has logged in.
   *
   * @throws {EngineFailure} `registry-auth` where the config or a helper fails. What can go on without a login (the
   * public base of a build) goes on, and tells the failure only when the registry then refuses.
   */
  get(registry: string, signal?: AbortSignal): Promise<RegistryCredentials | undefined>;
}

/** For what needs none. */
export const noCredentials: CredentialStore = { get: async () => undefined };

/** What a registry is to be shown; a failure is only told when the registry wants something. */
export async function credentialsFor(
  registry: string,
  store: CredentialStore,
  signal: AbortSignal | undefined,
): Promise<{ credentials?: RegistryCredentials; failure?: EngineFailure }> {
  try {
    const credentials = await store.get(registry, signal);
    return credentials ? { credentials } : {};
  } catch (error) {
    if (error instanceof EngineFailure) return { failure: error };
    throw error;
  }
}
