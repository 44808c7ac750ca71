import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { cacheFolder } from "../../../engine/cache-folder.ts";

afterEach(() => vi.unstubAllEnvs());

test.runIf(process.platform === "linux")("caches lie where XDG_CACHE_HOME says, if that is a place", () => {
  vi.stubEnv("XDG_CACHE_HOME", "/scratch/ada/cache");
  expect(cacheFolder()).toBe("/scratch/ada/cache/lab-images");
  for (const none of ["", ".cache", "cache/ada"]) {
    vi.stubEnv("XDG_CACHE_HOME", none);
    expect(cacheFolder()).toBe(join(homedir(), ".cache", "lab-images"));
  }
});
