import { findCommand } from "./processes.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome"];

/** Nothing but the page: no updates, no background traffic, no GPU. Chromium refuses root its sandbox. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @returns {Promise<string>} the browser's executable, installed when there is none */
export async function ensureChromium() {
  const system = await ensureSystemPackages([{ name: "chromium", commands: COMMANDS }]);
  if (!system.ok) {
    throw new UnavailableError(`no browser: ${system.reason}`);
  }
  const found = COMMANDS.map((command) => findCommand(command)).find(Boolean);
  if (!found) {
    throw new UnavailableError("no browser: chromium is installed but not on PATH");
  }
  return found;
}

/** Opens a headless browser; whoever opens it closes it. */
export async function launchChromium() {
  const executablePath = await ensureChromium();
  const { chromium } = await import("playwright-core").catch(() => {
    throw new UnavailableError('no playwright-core in node_modules: run "npm ci"');
  });
  return chromium.launch({
    executablePath,
    args: ARGUMENTS,
    // Signals are handled in one place, processes.mjs.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
