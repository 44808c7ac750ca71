import type { RegistryCredentials } from "./credentials.ts";
import { configKeyOf } from "./registry-host.ts";

/**
 * The daemon's `X-Registry-Auth` for one registry: base64url of JSON, padded, as daemons take what is not for nothing at
 * all. Without credentials it is sent all the same, as they refuse a push that has none.
 */
export function registryAuthHeader(registry: string, credentials: RegistryCredentials | undefined): string {
  const json = JSON.stringify(authConfigOf(registry, credentials));
  return Buffer.from(json).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** Credentials as the daemon's API has them. */
export function authConfigOf(registry: string, credentials: RegistryCredentials | undefined): object {
  const serveraddress = configKeyOf(registry);
  if (!credentials) return { serveraddress };
  return credentials.kind === "password"
    ? { username: credentials.username, password: credentials.password, serveraddress }
    : { identitytoken: credentials.token, serveraddress };
}
