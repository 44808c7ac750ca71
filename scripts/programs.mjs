import { fileURLToPath } from "node:url";

const leftOut = [
  "ssh2",
  "@grpc/grpc-js",
  "@grpc/proto-loader",
  "protobufjs",
  "tar-fs",
  "@balena/dockerignore",
];
/** Parts of dockerode for what no program here asks a daemon. */
const leftOutParts = /^\.\/(?:buildkit|config|network|node|plugin|secret|service|task)$/;
const leftOutModule = fileURLToPath(new URL("left-out.cjs", import.meta.url));
const noDebugModule = fileURLToPath(new URL("no-debug.cjs", import.meta.url));

/** @type {import("esbuild").Plugin} */
const lessOfDockerode = {
  name: "less-of-dockerode",
  setup: ({ onResolve }) =>
    onResolve({ filter: leftOutParts }, ({ importer }) =>
      /[\\/]dockerode[\\/]lib[\\/]/.test(importer) ? { path: leftOutModule } : undefined,
    ),
};

/**
 * The shell's parser is a file of its own, which the extension and the server both load: it would be in the package twice.
 * The command line has it inside: the code that V8 has compiled is kept of that one file.
 * @type {import("esbuild").Plugin}
 */
const sharedParser = {
  name: "shared-parser",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^unbash$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./unbash.js", external: true },
    ),
};

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
    // docker-modem's SSH client and dockerode's session, tar and BuildKit parts: never used here (docs/ARCHITECTURE.md).
    alias: {
      ...Object.fromEntries(leftOut.map((name) => [name, leftOutModule])),
      debug: noDebugModule,
      // docker-modem asks for Duplex alone, which Node itself has.
      "readable-stream": "node:stream",
    },
    plugins: [lessOfDockerode],
    logLevel: "warning",
    legalComments: "none",
  };
  return {
    extension: {
      ...common,
      entryPoints: { extension: "client/extension.ts", unbash: "unbash" },
      external: ["vscode"],
      plugins: [lessOfDockerode, sharedParser],
    },
    server: {
      ...common,
      entryPoints: { server: "server/main.ts", unbash: "unbash" },
      plugins: [lessOfDockerode, sharedParser],
    },
    cli: {
      ...common,
      entryPoints: { cli: "cli/start.ts", commands: "cli/main.ts" },
      external: ["./commands.js"],
      banner: { js: "#!/usr/bin/env node" },
    },
  };
}
