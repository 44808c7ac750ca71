import { join } from "node:path";
import { build } from "esbuild";
import { programs } from "../../scripts/programs.mjs";

/**
 * Bundles the server and the command line as they are shipped, beside dist/ so that nothing else is disturbed.
 * @returns {Promise<{ server: string, cli: string, worker: string }>} the bundles, and the engine in a process that goes on; a program that did not build is not there
 */
export async function buildPrograms() {
  const outdir = "out/bench";
  const { server, cli } = programs({ production: true, outdir });
  const worker = { ...cli, entryPoints: { "engine-worker": "test/bench/engine-worker.ts" } };
  for (const program of [server, cli, worker]) {
    await build({ ...program, logLevel: "silent" }).catch(({ message }) =>
      console.log(message.split("\n").slice(0, 2).join("\n")),
    );
  }
  return {
    server: join(outdir, "server.js"),
    cli: join(outdir, "cli.js"),
    worker: join(outdir, "engine-worker.js"),
  };
}
