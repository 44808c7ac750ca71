import { startEngineBed } from "../bed/engine-bed.mjs";
import { UnavailableError } from "../bed/unavailable.mjs";
import { runVitestSuite } from "./vitest-suite.mjs";

const onNewer = [
  "engine/build",
  "engine/images",
  "engine/lab",
  "engine/layers",
  "registry/push.test",
  "registry/pull.test",
  "registry/login.test",
  "contents/compare-with-host",
];

/**
 * The engine on a Docker daemon of the test's own, which all its tests share; on the Docker of a newer Debian those that
 * hear another daemon's words.
 * @param {import("../bed/newer-docker.mjs").NewerDocker} [newer]
 * @returns {Promise<import("./outcome.mjs").Outcome>}
 */
export async function runEngineSuite(newer) {
  /** @type {(() => Promise<void>) | undefined} */
  let stop;
  try {
    stop = await startEngineBed(newer);
    return await runVitestSuite("engine", newer ? onNewer : []);
  } catch (error) {
    if (error instanceof UnavailableError) {
      return { passed: 0, failed: 0, skipped: error.message };
    }
    throw error;
  } finally {
    await stop?.();
  }
}
