import type { RegistryCredentials } from "./credentials.ts";
import { configKeyOf } from "./registry-host.ts";

/**
 * The daemon's `X-Registry-Auth` for one registry: base64url of JSON. Without credentials it is sent all the same, as
 * daemons refuse a push that has none.
 */
export function registryAuthHeader(registry: string, credentials: RegistryCredentials | undefined): string {
  return Buffer.from(JSON.stringify(authConfigOf(registry, credentials))).toString("base64url");
}

function authConfigOf(registry: string, credentials: RegistryCredentials | undefined): object {
  if (!credentials) return {};
  const serveraddress = configKeyOf(registry);
  return credentials.kind === "password"
    ? { username: credentials.username, password: credentials.password, serveraddress }
    : { identitytoken: credentials.token, serveraddress };
}
