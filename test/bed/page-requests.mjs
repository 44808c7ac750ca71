import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";

// The two ends of one request, in files, because the suite runs in the extension host and the page is in
// the bed's browser. The suite imports what asks (node builtins only, so it can be bundled).

const VARIABLE = "LAB_IMAGES_BED_SCREENSHOT";
const POLL_MS = 50;
const PATIENCE_MS = 60_000;
/** How long the bed waits for one thing to be seen: a machine with other work shows things late. */
export const SEEN_MS = 40_000;

/** @typedef {{ kind: "screenshot", file: string }} ScreenshotRequest */
/** @typedef {{ kind: "keyboard", strokes: readonly Stroke[] }} KeyboardRequest */
/**
 * @typedef {{ type: string } | { press: string } | { see: string }} Stroke
 * Text as it is typed; one key with its modifiers as playwright names them: "Enter", "Control+F8"; or what somebody
 * would wait to see first, as a CSS selector.
 */
/** @typedef {ScreenshotRequest | KeyboardRequest} PageRequest */

/** @param {string} base */
const requestFile = (base) => `${base}.request`;
/**
 * One for each request: a test that was given up leaves one under way, whose end is not the next one's.
 *
 * @param {string} base
 * @param {string} id
 */
const answerFile = (base, id) => `${base}.${id}.answer`;

/** @param {PageRequest} request */
function patience(request) {
  const sights = request.kind === "keyboard" ? request.strokes.filter((stroke) => "see" in stroke).length : 0;
  return PATIENCE_MS + sights * SEEN_MS;
}

/**
 * Renamed into place, so that the other end never reads half of it.
 *
 * @param {string} file
 * @param {string} text
 */
async function writeWhole(file, text) {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

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
  const id = randomUUID();
  await writeWhole(requestFile(base), JSON.stringify({ id, request }));
  const deadline = Date.now() + patience(request);
  for (;;) {
    const refusal = await readFile(answerFile(base, id), "utf8").catch(() => undefined);
    if (refusal !== undefined) {
      await rm(answerFile(base, id), { force: true });
      if (refusal === "") {
        return true;
      }
      throw new Error(`the bed could not do it: ${refusal}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`the bed did not answer: ${JSON.stringify(request)}`);
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/**
 * Asks the bed for a picture of the whole VS Code page and waits until it is written.
 *
 * @param {string} [file] absolute path; without it, the one in LAB_IMAGES_BED_SCREENSHOT
 * @returns {Promise<boolean>} false where nobody takes pictures
 */
export function takeScreenshot(file) {
  return askPage({ kind: "screenshot", file: file ?? process.env[VARIABLE] ?? "" });
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
      const taken = `${requestFile(base)}.taken`;
      const text = await rename(requestFile(base), taken).then(
        () => readFile(taken, "utf8"),
        () => undefined,
      );
      if (text !== undefined) {
        await rm(taken);
        const { id, request } = JSON.parse(text);
        const refusal = await answer(request).then(() => "", String);
        await writeWhole(answerFile(base, id), refusal);
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  };
  void serve();
  return () => {
    stopped = true;
  };
}
