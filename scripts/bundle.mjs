// Bundles the three programs of the product: the extension, the language server, the command line.
import { rmSync } from "node:fs";
import { build, context } from "esbuild";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: production,
  sourcemap: production ? false : "linked",
  // The "module" builds of vscode-languageserver's friends: smaller, and free of UMD's dynamic requires.
  mainFields: ["module", "main"],
  logLevel: "warning",
  legalComments: "none",
};

/** @type {import("esbuild").BuildOptions[]} */
const programs = [
  { ...common, entryPoints: { extension: "client/extension.ts" }, external: ["vscode"] },
  { ...common, entryPoints: { server: "server/main.ts" } },
  { ...common, entryPoints: { cli: "cli/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
].map((program) => ({ ...program, outdir: "dist" }));

if (watch) {
  for (const program of programs) await (await context(program)).watch();
} else {
  rmSync("dist", { recursive: true, force: true });
  await Promise.all(programs.map((program) => build(program)));
}
