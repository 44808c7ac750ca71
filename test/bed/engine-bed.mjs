import { BUSYBOX_BASE, importBusyboxBase } from "./debian-base.mjs";
import { startDocker } from "./docker.mjs";
import { dockerClient } from "./docker-api.mjs";
import { newerDocker } from "./newer-docker.mjs";

/** Where the tests of the engine find the daemon that they share; its only image is {@link BUSYBOX_BASE}. */
export const ENGINE_SOCKET = "LAB_IMAGES_ENGINE_SOCKET";

/** Which Debian's Docker it is, where it is not this machine's. */
export const ENGINE_RELEASE = "LAB_IMAGES_ENGINE_RELEASE";

/** Set where it keeps its images in containerd's store. */
export const ENGINE_CONTAINERD_STORE = "LAB_IMAGES_ENGINE_CONTAINERD_STORE";

/**
 * Starts what the tests of the engine share, and hands it on by the environment.
 * @param {import("./newer-docker.mjs").NewerDocker} [newer] the Docker of a newer Debian
 * @returns {Promise<() => Promise<void>>} ends it
 */
export async function startEngineBed(newer) {
  const docker = await startDocker({
    bridge: true,
    ...(newer && {
      findPrograms: () => newerDocker(newer.release),
      containerdStore: newer.containerdStore,
    }),
  });
  try {
    await importBusyboxBase(dockerClient(docker.socket));
  } catch (error) {
    await docker.stop();
    throw error;
  }
  process.env[ENGINE_SOCKET] = docker.socket;
  if (newer) process.env[ENGINE_RELEASE] = newer.release;
  if (newer?.containerdStore) process.env[ENGINE_CONTAINERD_STORE] = "yes";
  return async () => {
    delete process.env[ENGINE_SOCKET];
    delete process.env[ENGINE_RELEASE];
    delete process.env[ENGINE_CONTAINERD_STORE];
    await docker.stop();
  };
}
