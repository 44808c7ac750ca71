// Bundles the three programs of the product into dist/.
import { rmSync } from "node:fs";
import { build, context } from "esbuild";
import { programs } from "./programs.mjs";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");
const all = Object.values(programs({ production, outdir: "dist" }));

if (watch) {
  for (const program of all) await (await context(program)).watch();
} else {
  rmSync("dist", { recursive: true, force: true });
  await Promise.all(all.map((program) => build(program)));
}
