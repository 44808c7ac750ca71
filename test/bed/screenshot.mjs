import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";

// The two ends of one request, in files, because the suite runs in the extension host and the page is in
// the bed's browser. The suite imports takeScreenshot (node builtins only, so it can be bundled).

const VARIABLE = "LAB_IMAGES_BED_SCREENSHOT";
const POLL_MS = 100;
const PATIENCE_MS = 30_000;

/** @typedef {{ file: string, width?: number, height?: number }} ScreenshotRequest */

/** @param {string} base */
const requestFile = (base) => `${base}.request`;

/**
 * Asks the bed for a picture of the whole VS Code page and waits until it is written.
 *
 * @param {string} [file] absolute path; without it, the one in LAB_IMAGES_BED_SCREENSHOT
 * @param {{ width?: number, height?: number }} [size] the page's size from now on
 * @returns {Promise<boolean>} false where nobody takes pictures (no LAB_IMAGES_BED_SCREENSHOT)
 */
export async function takeScreenshot(file, size = {}) {
  const base = process.env[VARIABLE];
  if (!base) {
    return false;
  }
  const target = file ?? base;
  await rm(target, { force: true });
  // Renamed into place, so that the bed never reads half a request.
  await writeFile(`${requestFile(base)}.new`, JSON.stringify({ file: target, ...size }));
  await rename(`${requestFile(base)}.new`, requestFile(base));
  const deadline = Date.now() + PATIENCE_MS;
  while (existsSync(requestFile(base))) {
    if (Date.now() > deadline) {
      throw new Error(`the bed did not answer the request for ${target}`);
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  if (!existsSync(target)) {
    throw new Error(`the bed could not take ${target}; its output says why`);
  }
  return true;
}

/**
 * The bed's end: answers requests until it is told to stop.
 *
 * @param {string} base
 * @param {(request: ScreenshotRequest) => Promise<void>} take
 * @returns {() => void}
 */
export function answerScreenshots(base, take) {
  let stopped = false;
  const answer = async () => {
    while (!stopped) {
      const text = await readFile(requestFile(base), "utf8").catch(() => undefined);
      if (text !== undefined) {
        await take(JSON.parse(text)).catch((error) => console.error(`[bed] no screenshot: ${error}`));
        await rm(requestFile(base), { force: true });
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  };
  void answer();
  return () => {
    stopped = true;
  };
}
