import { BUSYBOX_BASE, importBusyboxBase } from "./debian-base.mjs";
import { startDocker } from "./docker.mjs";
import { dockerClient } from "./docker-api.mjs";
import { newerDocker } from "./newer-docker.mjs";

/** Where the tests of the engine find the daemon that they share; its only image is {@link BUSYBOX_BASE}. */
export const ENGINE_SOCKET = "LAB_IMAGES_ENGINE_SOCKET";

/** Which Debian's Docker it is, where it is not this machine's. */
export const ENGINE_RELEASE = "LAB_IMAGES_ENGINE_RELEASE";

/**
 * Starts what the tests of the engine share, and hands it on by the environment.
 * @param {(typeof import("./newer-docker.mjs").newerReleases)[number]} [release] of a newer Debian, for its Docker
 * @returns {Promise<() => Promise<void>>} ends it
 */
export async function startEngineBed(release) {
  const docker = await startDocker({
    bridge: true,
    ...(release && { findPrograms: () => newerDocker(release) }),
  });
  try {
    await importBusyboxBase(dockerClient(docker.socket));
  } catch (error) {
    await docker.stop();
    throw error;
  }
  process.env[ENGINE_SOCKET] = docker.socket;
  if (release) process.env[ENGINE_RELEASE] = release;
  return async () => {
    delete process.env[ENGINE_SOCKET];
    delete process.env[ENGINE_RELEASE];
    await docker.stop();
  };
}
