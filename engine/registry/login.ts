import { type Connection, lossBehind } from "../connection/connection.ts";
import { daemonFailure } from "../connection/daemon-failure.ts";
import { refusalOf } from "../connection/daemon-refusal.ts";
import { EngineFailure } from "../failure.ts";
import type { RegistryCredentials } from "./credentials.ts";
import { RegistryClient } from "./distribution/registry-client.ts";
import type { CredentialPlace, DockerCredentials } from "./docker-credentials.ts";
import { authConfigOf } from "./registry-auth-header.ts";
import { type RegistryWork, registryFailure } from "./registry-failure.ts";

/**
 * Logs in as `docker login` does: the daemon asks the registry (without a daemon, this machine does), and what that takes is
 * kept; an identity token in the place of the password where the registry gives one.
 *
 * @throws {EngineFailure} `registry-auth` where it is not taken or cannot be kept, `network` where nobody answers
 */
export async function login(
  connection: Connection | undefined,
  store: DockerCredentials,
  registry: string,
  { username, password }: { readonly username: string; readonly password: string },
  signal?: AbortSignal,
): Promise<CredentialPlace> {
  const given = { kind: "password", username, password } as const;
  const work = { action: "log in", reference: registry, registry, user: username } as const;
  const token = connection
    ? await tryLogin(connection, given, { ...work, noCredentials: undefined }, signal)
    : await tryLoginFromHere(given, registry, signal);
  return store.store(registry, token ? { kind: "identity-token", username, token } : given, signal);
}

/**
 * Has the daemon show credentials, or none, to a registry; nothing is kept. Returns an identity token where the registry
 * gives one for the password. A registry that gives tokens to anybody takes a caller without credentials.
 *
 * @throws {EngineFailure} why it does not take them, in terms of `work`
 */
export async function tryLogin(
  connection: Connection,
  credentials: RegistryCredentials | undefined,
  work: RegistryWork,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const answer = await askDaemon(connection, authConfigOf(work.registry, credentials), signal);
    const token = answer?.IdentityToken;
    return typeof token === "string" && token !== "" ? token : undefined;
  } catch (error) {
    if (signal?.aborted) throw new EngineFailure({ cause: "cancelled", what: "the login was cancelled" });
    const refusal = refusalOf(error);
    if (!refusal) throw (await lossBehind(connection)) ?? daemonFailure(error, connection.host);
    throw new EngineFailure(registryFailure(refusal.said, work), { cause: error });
  }
}

/** The same without a daemon; it is given no identity token. */
async function tryLoginFromHere(
  credentials: RegistryCredentials,
  registry: string,
  signal: AbortSignal | undefined,
): Promise<undefined> {
  const client = new RegistryClient({ registry, credentials: { get: async () => credentials } });
  await client.logIn(signal);
}

function askDaemon(
  { docker }: Connection,
  authConfig: object,
  signal: AbortSignal | undefined,
): Promise<{ readonly IdentityToken?: unknown } | null> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: "/auth",
        method: "POST",
        options: { _body: authConfig },
        statusCodes: { 200: true, 204: true },
        ...(signal ? { abortSignal: signal } : {}),
      },
      (error, answer) => (error ? reject(error) : resolve(answer as { IdentityToken?: unknown } | null)),
    );
  });
}
