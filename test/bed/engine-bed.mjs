import { BUSYBOX_BASE, importBusyboxBase } from "./debian-base.mjs";
import { startDocker } from "./docker.mjs";
import { dockerClient } from "./docker-api.mjs";

/** Where the tests of the engine find the daemon that they share; its only image is {@link BUSYBOX_BASE}. */
export const ENGINE_SOCKET = "LAB_IMAGES_ENGINE_SOCKET";

/**
 * Starts what the tests of the engine share, and hands it on by the environment.
 * @returns {Promise<() => Promise<void>>} ends it
 */
export async function startEngineBed() {
  const docker = await startDocker({ bridge: true });
  try {
    await importBusyboxBase(dockerClient(docker.socket));
  } catch (error) {
    await docker.stop();
    throw error;
  }
  process.env[ENGINE_SOCKET] = docker.socket;
  return async () => {
    delete process.env[ENGINE_SOCKET];
    await docker.stop();
  };
}
