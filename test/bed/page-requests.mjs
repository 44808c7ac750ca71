import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";

// The two ends of one request, in files, because the suite runs in the extension host and the page is in
// the bed's browser. The suite imports what asks (node builtins only, so it can be bundled).

const VARIABLE = "LAB_IMAGES_BED_SCREENSHOT";
const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** @typedef {{ kind: "screenshot", file: string, width?: number, height?: number }} ScreenshotRequest */
/** @typedef {{ kind: "keyboard", strokes: readonly Stroke[] }} KeyboardRequest */
/**
 * @typedef {{ type: string } | { press: string } | { see: string }} Stroke
 * Text as it is typed; one key with its modifiers as playwright names them: "Enter", "Control+F8"; or what somebody
 * would wait to see first, as a CSS selector.
 */
/** @typedef {ScreenshotRequest | KeyboardRequest} PageRequest */

/** @param {string} base */
const requestFile = (base) => `${base}.request`;
/** @param {string} base */
const refusalFile = (base) => `${base}.refused`;

/**
 * Asks the bed and waits until it has done it.
 *
 * @param {PageRequest} request
 * @returns {Promise<boolean>} false where nobody answers: on the desktop, whose window the bed cannot reach
 */
async function askPage(request) {
  const base = process.env[VARIABLE];
  if (!base) {
    return false;
  }
  // Renamed into place, so that the bed never reads half a request.
  await writeFile(`${requestFile(base)}.new`, JSON.stringify(request));
  await rename(`${requestFile(base)}.new`, requestFile(base));
  const deadline = Date.now() + PATIENCE_MS;
  while (existsSync(requestFile(base))) {
    if (Date.now() > deadline) {
      throw new Error(`the bed did not answer: ${JSON.stringify(request)}`);
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  const refusal = await readFile(refusalFile(base), "utf8").catch(() => undefined);
  if (refusal !== undefined) {
    await rm(refusalFile(base), { force: true });
    throw new Error(`the bed could not do it: ${refusal}`);
  }
  return true;
}

/**
 * Asks the bed for a picture of the whole VS Code page and waits until it is written.
 *
 * @param {string} [file] absolute path; without it, the one in LAB_IMAGES_BED_SCREENSHOT
 * @param {{ width?: number, height?: number }} [size] the page's size from now on
 * @returns {Promise<boolean>} false where nobody takes pictures
 */
export function takeScreenshot(file, size = {}) {
  return askPage({ kind: "screenshot", file: file ?? process.env[VARIABLE] ?? "", ...size });
}

/**
 * Types text and presses keys as somebody at the keyboard would, wherever the focus is.
 *
 * @param {readonly Stroke[]} strokes
 * @returns {Promise<boolean>} false where the bed has no keyboard
 */
export function useKeyboard(strokes) {
  return askPage({ kind: "keyboard", strokes });
}

/**
 * The bed's end: answers requests until it is told to stop.
 *
 * @param {string} base
 * @param {(request: PageRequest) => Promise<void>} answer
 * @returns {() => void}
 */
export function answerPageRequests(base, answer) {
  let stopped = false;
  const serve = async () => {
    while (!stopped) {
      const text = await readFile(requestFile(base), "utf8").catch(() => undefined);
      if (text !== undefined) {
        await answer(JSON.parse(text)).catch((error) => writeFile(refusalFile(base), String(error)));
        await rm(requestFile(base), { force: true });
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  };
  void serve();
  return () => {
    stopped = true;
  };
}
