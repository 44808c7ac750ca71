import { startRegistry } from "./registry.mjs";
import { putImage } from "./registry-content.mjs";

/**
 * Two registries for the tests in VS Code. One is open: it has an image of a lab, and a tiny stand-in for Docker Hub's
 * `nvidia/cuda`, with tags that the catalogue has and tags that it has not. The other one is closed: ada logs in there.
 *
 * @typedef {import("./registry.mjs").Registry} Registry
 * @returns {Promise<Registry & { digest: string, closed: Registry }>} `digest` is that of `lab/base:v1`
 */
export async function startLabRegistry() {
  const registry = await startRegistry();
  /** @type {Registry | undefined} */
  let closed;
  const stop = async () => {
    await closed?.stop();
    await registry.stop();
  };
  try {
    closed = await startRegistry({ users: { ada: "pw-of-ada" } });
    const { digest } = await putImage(registry.host, "lab/base", "v1");
    for (const tag of ["12.2.2-devel-ubuntu22.04", "12.2.2-devel-ubuntu26.04", "14.0.0-devel-ubuntu26.04"]) {
      await putImage(registry.host, "nvidia/cuda", tag);
    }
    return { ...registry, digest, closed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
