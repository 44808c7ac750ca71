import { build } from "esbuild";

/** Where the suites that run inside VS Code are bundled to. */
export const suiteFolder = "out/vscode-suites";

/** Bundles the suites that run inside VS Code: its extension host takes CommonJS. */
export async function ensureBundles() {
  await build({
    entryPoints: {
      development: "test/vscode/development.ts",
      "multi-root": "test/vscode/multi-root.ts",
      packaged: "test/vscode/packaged.ts",
      pictures: "test/vscode/pictures.ts",
      reloaded: "test/vscode/reloaded.ts",
      restricted: "test/vscode/restricted.ts",
    },
    outdir: suiteFolder,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    logLevel: "warning",
    // Of mocha's, for tests in several processes.
    logOverride: { "require-resolve-not-external": "silent" },
  });
}
