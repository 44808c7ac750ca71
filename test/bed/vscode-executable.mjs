#!/usr/bin/env node
// Takes the place of VS Code's executable for @vscode/test-electron where VS Code cannot be downloaded: the
// same arguments, the same real extension host, in code-server and a headless Chromium. Exit code 0 means
// that the suite's run() resolved.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "./chromium.mjs";
import { installVsix, startCodeServer } from "./code-server.mjs";
import { printPageLog } from "./page-log.mjs";
import { answerPageRequests, SEEN_MS } from "./page-requests.mjs";
import { beforeEnd, end, endWithParent, isEnding } from "./processes.mjs";
import { say } from "./progress.mjs";
import { UnavailableError } from "./unavailable.mjs";
import { readArguments, testAddress } from "./vscode-arguments.mjs";

const DEFAULT_TIMEOUT_S = 600;
const TIMED_OUT = 124;
const UNAVAILABLE = 69;
/** High enough for three views above each other: of a list only the rows that are seen are there. */
const PAGE_SIZE = "1280x2400";

const {
  LAB_IMAGES_BED_SCREENSHOT: screenshotFile,
  LAB_IMAGES_BED_VSIX: vsix,
  LAB_IMAGES_BED_WORKSPACE_TRUST: trust,
  LAB_IMAGES_BED_TIMEOUT_SECONDS: timeoutSeconds,
  LAB_IMAGES_BED_ENV: environmentNames,
  LAB_IMAGES_BED_SCRATCH: callersScratch,
  LAB_IMAGES_BED_PAGE: pageSize = PAGE_SIZE,
} = process.env;

/** What the suite is given besides what the server inherits: a login shell's values must not win over it. */
function suiteEnvironment() {
  const names = ["LAB_IMAGES_BED_SCREENSHOT", ...(environmentNames ?? "").split(",")];
  /** @type {Record<string, string>} */
  const environment = {};
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) {
      environment[name] = value;
    }
  }
  return environment;
}

/**
 * @param {import("playwright-core").Page} page
 * @param {import("./page-requests.mjs").Stroke} stroke
 */
async function keyStroke(page, stroke) {
  if ("see" in stroke) {
    await page.waitForSelector(stroke.see, { timeout: SEEN_MS });
  } else if ("type" in stroke) {
    await page.keyboard.type(stroke.type);
  } else {
    await page.keyboard.press(stroke.press);
  }
}

/** @returns {Promise<number>} the suite's exit code */
async function main() {
  const args = readArguments(process.argv.slice(2));
  const scratch = await mkdtemp(join(tmpdir(), "lab-images-vscode-"));
  beforeEnd(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));
  if (callersScratch) {
    // The caller removes it too, but one that was ended by a signal cannot wait for us to let go of it.
    beforeEnd(() => rm(callersScratch, { recursive: true, force: true, maxRetries: 5 }));
  }
  const folders = {
    userDataDir: args.userDataDir ?? join(scratch, "user-data"),
    extensionsDir: args.extensionsDir ?? join(scratch, "extensions"),
  };
  if (vsix) {
    await installVsix(vsix, folders);
  }
  const [server, browser] = await Promise.all([
    startCodeServer({
      ...folders,
      workspaceTrust: trust === "on",
      smokeTestDriver: true,
      // Sockets and what the suite leaves go away with the folder.
      env: { ...process.env, TMPDIR: scratch },
    }),
    launchChromium(),
  ]);
  beforeEnd(() => browser.close());
  const [width = 0, height = 0] = pageSize.split("x").map(Number);
  const page = await browser.newPage({ viewport: { width, height } });
  let finished = false;
  /** @type {Promise<number>} */
  const exit = new Promise((resolve, reject) => {
    void page.exposeFunction("codeAutomationExit", (/** @type {number} */ code) => {
      finished = true;
      resolve(code);
    });
    page.on("crash", () => reject(new Error("the browser page crashed")));
    browser.on("disconnected", () => reject(new Error("the browser ended")));
    void server.exited.then(() => reject(new Error(`code-server ended:\n${server.output()}`)));
  });
  // Rejected before it is awaited when the server ends during goto.
  exit.catch(() => {});
  await page.exposeFunction(
    "codeAutomationLog",
    (/** @type {string} */ type, /** @type {unknown[]} */ entry) => {
      // What the page says while it is torn down is no output of the suite.
      if (!finished && !isEnding()) {
        printPageLog(type, entry);
      }
    },
  );
  if (screenshotFile) {
    answerPageRequests(screenshotFile, async (request) => {
      if (request.kind === "keyboard") {
        for (const stroke of request.strokes) {
          await keyStroke(page, stroke);
        }
        return;
      }
      await page.screenshot({ path: request.file, animations: "disabled" });
    });
  }
  await page.goto(testAddress(server, args, suiteEnvironment()));
  return exit;
}

// A signal to runTests may kill it before it tells us: nothing may be left then.
endWithParent();
process.stdout.on("error", () => void end(1));
process.stderr.on("error", () => void end(1));
const seconds = Number(timeoutSeconds) || DEFAULT_TIMEOUT_S;
setTimeout(() => {
  say(`the suite did not end in ${seconds} s (LAB_IMAGES_BED_TIMEOUT_SECONDS): ended`);
  void end(TIMED_OUT);
}, seconds * 1000).unref();

main().then(
  (code) => end(code),
  (error) => {
    if (isEnding()) {
      return;
    }
    say(error instanceof UnavailableError ? error.message : String(error.stack ?? error));
    return end(error instanceof UnavailableError ? UNAVAILABLE : 1);
  },
);
