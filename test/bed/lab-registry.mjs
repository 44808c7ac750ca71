import { startRegistry } from "./registry.mjs";
import { putImage } from "./registry-content.mjs";

/**
 * An open registry for the tests in VS Code: an image of a lab, and a tiny stand-in for Docker Hub's `nvidia/cuda`, with
 * tags that the catalogue has and tags that it has not.
 *
 * @returns {Promise<import("./registry.mjs").Registry & { digest: string }>} `digest` is that of `lab/base:v1`
 */
export async function startLabRegistry() {
  const registry = await startRegistry();
  try {
    const { digest } = await putImage(registry.host, "lab/base", "v1");
    for (const tag of ["12.2.2-devel-ubuntu22.04", "12.2.2-devel-ubuntu26.04", "14.0.0-devel-ubuntu26.04"]) {
      await putImage(registry.host, "nvidia/cuda", tag);
    }
    return { ...registry, digest };
  } catch (error) {
    await registry.stop();
    throw error;
  }
}
