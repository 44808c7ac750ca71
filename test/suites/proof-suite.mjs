import { importDebianBase, makeDebianWithLists } from "../bed/debian-base.mjs";
import { startDocker } from "../bed/docker.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import { UnavailableError } from "../bed/unavailable.mjs";
import { runVitestSuite } from "./vitest-suite.mjs";

/**
 * The fixes' examples, built before and after on a Docker daemon of the test's own.
 * @returns {Promise<import("./outcome.mjs").Outcome>}
 */
export async function runProofSuite() {
  /** @type {import("../bed/docker.mjs").Docker | undefined} */
  let docker;
  try {
    docker = await startDocker();
    const client = dockerClient(docker.socket);
    await importDebianBase(client);
    await makeDebianWithLists(client);
    process.env.LAB_IMAGES_PROOF_SOCKET = docker.socket;
    return await runVitestSuite("proof");
  } catch (error) {
    if (error instanceof UnavailableError) {
      return { passed: 0, failed: 0, skipped: error.message };
    }
    throw error;
  } finally {
    delete process.env.LAB_IMAGES_PROOF_SOCKET;
    await docker?.stop();
  }
}
