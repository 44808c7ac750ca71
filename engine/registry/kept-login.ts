import type { CredentialPlace } from "./docker-credentials.ts";

/** Where a login is kept, as the end of a sentence: `by docker-credential-pass`. */
export function keptText(place: CredentialPlace): string {
  return place.kind === "helper" ? `by docker-credential-${place.helper}` : `in ${place.path}`;
}

/** What is to be said of a login that lies unencrypted, as docker too leaves it without a helper; with the way out. */
export function plainTextWarning(registry: string, place: CredentialPlace): string | undefined {
  if (place.kind === "helper") return undefined;
  return (
    `It stands in ${place.path} unencrypted: on a shared host its administrators, and whoever gets at a backup, can read it. ` +
    `To keep it encrypted, install a credential helper (docker-credential-pass, docker-credential-secretservice), write ` +
    `"credsStore": "pass" into that file and log in again; or use a token from the registry's web page in the place of ` +
    `your password, and log out of ${registry} when you are done`
  );
}
