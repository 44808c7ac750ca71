// npm's `prepare`: the bundles, also in a checkout that npm or pre-commit installs as a package from git.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

if (!existsSync("node_modules/esbuild")) {
  // `npm install --global` of a git address prepares the checkout with --global inherited, so that nothing is there.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_(global|prefix|location)$/i.test(name)),
  );
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--include=dev"], {
    env,
    shell: process.platform === "win32",
    // `npm pack` prints the package's name on stdout, which whoever runs it reads.
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}
process.argv.push("--production");
await import("./bundle.mjs");
