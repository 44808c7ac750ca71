import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { makeTar } from "./docker-tar.mjs";

const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

/**
 * @typedef {object} SmallImage
 * @property {string} [architecture]
 * @property {string} [created]
 * @property {readonly string[]} [environment] `NAME=value`
 * @property {Readonly<Record<string, string>>} [labels]
 */

/** @param {Buffer | string} content */
function digestOf(content) {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/**
 * @param {string} url
 * @param {Buffer | string} content
 */
async function putBlob(url, content) {
  const begun = await fetch(`${url}/blobs/uploads/`, { method: "POST" });
  const location = new URL(begun.headers.get("location") ?? "", url);
  location.searchParams.set("digest", digestOf(content));
  const answer = await fetch(location, { method: "PUT", body: new Uint8Array(Buffer.from(content)) });
  if (answer.status !== 201) {
    throw new Error(`the registry takes no blob: ${answer.status} ${await answer.text()}`);
  }
  return { digest: digestOf(content), size: Buffer.byteLength(content) };
}

/**
 * @param {string} url
 * @param {string} reference
 * @param {string} mediaType
 * @param {object} manifest
 */
async function putManifest(url, reference, mediaType, manifest) {
  const body = JSON.stringify(manifest);
  const headers = { "content-type": mediaType };
  const answer = await fetch(`${url}/manifests/${reference}`, { method: "PUT", headers, body });
  if (answer.status !== 201) {
    throw new Error(`the registry takes no manifest: ${answer.status} ${await answer.text()}`);
  }
  return { digest: digestOf(body), size: Buffer.byteLength(body) };
}

/**
 * Puts an image of one file into an open registry, without a daemon; gives its digest and what a pull of it fetches.
 *
 * @param {string} host
 * @param {string} repository
 * @param {string} tag
 * @param {SmallImage} [image]
 */
export async function putImage(host, repository, tag, image = {}) {
  const { architecture = "amd64", created = "2026-11-01T10:00:00Z", environment = [], labels = {} } = image;
  const url = `http://${host}/v2/${repository}`;
  const tar = Buffer.from(makeTar({ "hello.txt": Buffer.from(`${repository}:${tag} ${architecture}\n`) }));
  const layer = await putBlob(url, gzipSync(tar));
  const content = JSON.stringify({
    architecture,
    os: "linux",
    created,
    config: { Env: environment, Labels: labels },
    rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
  });
  const config = await putBlob(url, content);
  const manifest = {
    schemaVersion: 2,
    mediaType: DOCKER_MANIFEST,
    config: { mediaType: "application/vnd.docker.container.image.v1+json", ...config },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", ...layer }],
  };
  const named = await putManifest(url, tag, DOCKER_MANIFEST, manifest);
  return { ...named, architecture, pulled: config.size + layer.size };
}

/**
 * Puts an OCI index of an image for each architecture into an open registry, as buildx pushes one: with an attestation.
 *
 * @param {string} host
 * @param {string} repository
 * @param {string} tag
 * @param {readonly string[]} architectures
 */
export async function putIndex(host, repository, tag, architectures) {
  const images = [];
  for (const architecture of architectures) {
    images.push(await putImage(host, repository, `${tag}-${architecture}`, { architecture }));
  }
  const manifests = images.map(({ digest, size, architecture }) => ({
    mediaType: DOCKER_MANIFEST,
    digest,
    size,
    platform: { os: "linux", architecture },
  }));
  const attestation = { ...manifests[0], platform: { os: "unknown", architecture: "unknown" } };
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [...manifests, attestation] };
  const named = await putManifest(`http://${host}/v2/${repository}`, tag, OCI_INDEX, index);
  return { ...named, images };
}

/**
 * Gives an image of a registry more tags, also in another repository, in its storage: thousands of pushes would take minutes.
 *
 * @param {string} storage
 * @param {string} repository
 * @param {string} digest
 * @param {readonly string[]} tags
 */
export async function addTags(storage, repository, digest, tags) {
  const folder = join(storage, "docker/registry/v2/repositories", repository);
  // By this folder the registry's catalogue finds it.
  await mkdir(join(folder, "_layers"), { recursive: true });
  for (const tag of tags) {
    const link = join(folder, "_manifests/tags", tag, "current");
    await mkdir(link, { recursive: true });
    await writeFile(join(link, "link"), digest);
  }
}
