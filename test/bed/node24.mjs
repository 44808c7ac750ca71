import { join } from "node:path";
import { installOnce } from "./cache.mjs";
import { npmInstall } from "./npm-install.mjs";
import { step } from "./progress.mjs";

const NODE_VERSION = "24.21.0";

/**
 * The Node that code-server wants, with the headers that its native parts are built with, whatever node
 * runs this. The clone's own copy will not do: its headers are in a package that is in no lock file, and
 * any later "npm install" prunes it.
 *
 * @returns {Promise<{ bin: string, executable: string, headers: string }>} `headers` is node-gyp's nodedir
 */
export async function ensureNode24() {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await installOnce("node", `${NODE_VERSION}-${process.platform}-${process.arch}`, (partial) =>
    step(`installing Node ${NODE_VERSION} for code-server (once)`, () =>
      npmInstall(partial, `${name}@${NODE_VERSION}`),
    ),
  );
  const prefix = join(folder, "node_modules", name);
  return { bin: join(prefix, "bin"), executable: join(prefix, "bin", "node"), headers: prefix };
}
