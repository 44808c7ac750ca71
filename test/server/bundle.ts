import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/** The server's bundle, built for these tests alone. */
export async function bundleServer(): Promise<{ module: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "lab-images-server-"));
  const module = join(folder, "server.js");
  await build({
    entryPoints: ["server/main.ts"],
    outfile: module,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    logLevel: "warning",
  });
  return { module, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
