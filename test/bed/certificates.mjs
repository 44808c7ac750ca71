import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./processes.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

/** @typedef {{ cert: Buffer, key: Buffer }} Identity */

/**
 * A certificate authority of the test's own, and what it has signed: a server at 127.0.0.1 and a client. All PEM.
 *
 * @returns {Promise<{ ca: Buffer, server: Identity, client: Identity }>}
 */
export async function makeCertificates() {
  const system = await ensureSystemPackages([{ name: "openssl", commands: ["openssl"] }]);
  if (!system.ok) {
    throw new UnavailableError(`no certificates: ${system.reason}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "lab-certificates-"));
  /** @param {string[]} args */
  const openssl = async (...args) => {
    const { code, output } = await run("openssl", args, { cwd: folder });
    if (code !== 0) {
      throw new UnavailableError(`no certificates: openssl ${args.join(" ")}: ${output.trim()}`);
    }
  };
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  /**
   * @param {string} name
   * @param {string} extensions
   * @returns {Promise<Identity>}
   */
  const signed = async (name, extensions) => {
    await writeFile(join(folder, `${name}.ext`), extensions);
    await openssl("req", ...newKey, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    await openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-days", "2", "-extfile", `${name}.ext`, "-out", `${name}.pem`],
    );
    return {
      cert: await readFile(join(folder, `${name}.pem`)),
      key: await readFile(join(folder, `${name}.key`)),
    };
  };
  try {
    await openssl(
      ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=lab-images bed"],
      ...["-keyout", "ca.key", "-out", "ca.pem"],
    );
    return {
      ca: await readFile(join(folder, "ca.pem")),
      server: await signed("server", "subjectAltName=IP:127.0.0.1"),
      client: await signed("client", "extendedKeyUsage=clientAuth"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
