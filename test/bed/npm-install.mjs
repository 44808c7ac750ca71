import { createWriteStream } from "node:fs";
import { copyFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCommand, run } from "./processes.mjs";
import { UnavailableError } from "./unavailable.mjs";

/**
 * Installs one npm package into an empty folder, outside any project.
 *
 * @param {string} folder
 * @param {string} wanted name@version
 * @param {NodeJS.ProcessEnv} [env] added to this process's own
 */
export async function npmInstall(folder, wanted, env = {}) {
  const npm = findCommand("npm");
  if (!npm) {
    throw new UnavailableError(`${wanted} cannot be installed: there is no npm on PATH`);
  }
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const logFile = join(folder, "npm.log");
  const log = createWriteStream(logFile);
  const result = await run(npm, ["install", "--no-audit", "--no-fund", "--loglevel=info", wanted], {
    cwd: folder,
    env: {
      ...process.env,
      // Inside "npm run" these name the clone and would make npm install there.
      npm_config_local_prefix: folder,
      npm_config_prefix: undefined,
      // Here it names the outer npm's Node; an install script that looks would take it for the one that it runs on.
      npm_config_user_agent: undefined,
      // Native parts are built by install scripts, whatever the user's npm does with scripts otherwise.
      npm_config_ignore_scripts: "false",
      npm_config_dangerously_allow_all_scripts: "true",
      NODE_ENV: undefined,
      ...env,
    },
    onOutput: (chunk) => log.write(chunk),
  });
  await new Promise((done) => log.end(done));
  if (result.code !== 0) {
    // The folder goes away with the failure; its log must not.
    const kept = join(tmpdir(), `lab-images-npm-${process.pid}.log`);
    await copyFile(logFile, kept);
    throw new UnavailableError(`npm could not install ${wanted}; its output is in ${kept}`);
  }
  await rm(logFile);
}
