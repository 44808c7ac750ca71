import type * as vscode from "vscode";
import { resolveDigest } from "../../engine/registry/distribution/resolve-digest.ts";
import type { RegistryAccounts } from "./registry-accounts.ts";

/** The digest of an image as the host of a Dockerfile means it, with the login that docker keeps on this machine. */
export function pinDigest(
  reference: string,
  dockerfile: vscode.Uri,
  accounts: RegistryAccounts,
): Promise<string> {
  return resolveDigest(
    reference,
    async (registry) => (await accounts.contentsOf(registry, dockerfile)).client,
  );
}
