import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** VS Code's own wishes for attention and for the network, which are no part of what is tested or shown. */
const QUIET = {
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "git.openRepositoryInParentFolders": "never",
};

/** For suites: nothing may wait for a person. */
export const UNATTENDED = {
  "security.workspace.trust.startupPrompt": "never",
  "workbench.startupEditor": "none",
  // As on the desktop: in a page VS Code saves by itself after a second, and what a suite then saves has no changes.
  "files.autoSave": "off",
};

/**
 * @param {string} userDataDir
 * @param {Record<string, unknown>} settings
 */
export async function writeSettings(userDataDir, settings) {
  const folder = join(userDataDir, "User");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify({ ...QUIET, ...settings }, undefined, 2));
}
