/**
 * What esbuild makes of the three programs of the product: the extension, the language server, the command line.
 * @param {{ production: boolean, outdir: string }} options
 * @returns {Record<"extension" | "server" | "cli", import("esbuild").BuildOptions>}
 */
export function programs({ production, outdir }) {
  /** @type {import("esbuild").BuildOptions} */
  const common = {
    outdir,
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
  return {
    extension: { ...common, entryPoints: { extension: "client/extension.ts" }, external: ["vscode"] },
    server: { ...common, entryPoints: { server: "server/main.ts" } },
    cli: { ...common, entryPoints: { cli: "cli/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
  };
}
