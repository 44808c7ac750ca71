import { ENGINE_SOCKET, startEngineBed } from "../bed/engine-bed.mjs";

/**
 * Brings the bed up for `vitest run --project engine FILE`; `npm test -- engine` has done so already. Without one the
 * tests that need it are skipped.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[ENGINE_SOCKET]) return undefined;
  try {
    return await startEngineBed();
  } catch (error) {
    if (!(error instanceof Error && "unavailable" in error)) throw error;
    console.warn(`skipped: ${error.message}`);
    return undefined;
  }
}
