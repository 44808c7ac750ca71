import { delimiter, join } from "node:path";
import { installOnce } from "./cache.mjs";
import { ensureNode24 } from "./node24.mjs";
import { npmInstall } from "./npm-install.mjs";
import { step } from "./progress.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

export const CODE_SERVER_VERSION = "4.139.1";

/** What npm needs to build code-server's native parts. */
const BUILD_PACKAGES = [
  "libkrb5-dev",
  { name: "pkg-config", commands: ["pkg-config", "pkgconf"] },
  { name: "python3", commands: ["python3"] },
  { name: "make", commands: ["make"] },
  { name: "g++", commands: ["g++", "c++"] },
];

/**
 * @param {string} folder
 * @param {Awaited<ReturnType<typeof ensureNode24>>} node
 */
async function install(folder, node) {
  const system = await ensureSystemPackages(BUILD_PACKAGES);
  if (!system.ok) {
    throw new UnavailableError(`code-server cannot be built: ${system.reason}`);
  }
  await npmInstall(folder, `code-server@${CODE_SERVER_VERSION}`, {
    PATH: `${node.bin}${delimiter}${process.env.PATH ?? ""}`,
    npm_config_nodedir: node.headers,
  });
}

/**
 * code-server from the cache, installed on first use.
 *
 * @returns {Promise<{ node: string, entry: string }>} the words to run it
 */
export async function ensureCodeServer() {
  if (process.platform !== "linux") {
    throw new UnavailableError("code-server as the bed uses it runs on Linux only");
  }
  const node = await ensureNode24();
  const folder = await installOnce(
    "code-server",
    `${CODE_SERVER_VERSION}-${process.platform}-${process.arch}-node24`,
    (partial) =>
      step(`installing code-server ${CODE_SERVER_VERSION} (a few minutes, once)`, () =>
        install(partial, node),
      ),
  );
  return {
    node: node.executable,
    entry: join(folder, "node_modules", "code-server", "out", "node", "entry.js"),
  };
}
