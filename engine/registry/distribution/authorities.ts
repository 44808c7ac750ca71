import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as tls from "node:tls";

/** Where Docker looks for the authorities of a registry: the daemon's folder, and that of a rootless one. */
function dockerFolders(): readonly string[] {
  return ["/etc/docker/certs.d", join(homedir(), ".config/docker/certs.d")];
}

/**
 * The authorities to trust at a registry, PEM: those of the system and of Node, and `HOST/*.crt` of Docker's folders.
 * Undefined where Docker's folders have none: then Node's own way is tried first, which takes less time.
 */
export async function authoritiesOf(
  registry: string,
  folders: readonly string[] = dockerFolders(),
): Promise<readonly string[] | undefined> {
  const own = (await Promise.all(folders.map((folder) => certificatesIn(join(folder, registry))))).flat();
  return own.length > 0 ? [...knownAuthorities(), ...own] : undefined;
}

async function certificatesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".crt"));
  // One that may not be read counts as not there: the failure will be about the certificate.
  return (
    await Promise.all(files.map((name) => readFile(join(folder, name), "utf8").catch(() => "")))
  ).filter((text) => text !== "");
}

/** Those of Node and of the system, PEM: docker trusts the system's. Node knows them from 22.15 on. */
export function knownAuthorities(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: typeof tls.getCACertificates };
  if (!getCACertificates) return tls.rootCertificates;
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}
