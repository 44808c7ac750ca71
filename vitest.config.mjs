import { defineConfig } from "vitest/config";

/** Milliseconds; what takes a second alone takes several beside other work. */
const onSlowMachines = 30_000;
/** For `expect.poll`, whose own limit is a second: what has to be quick is measured, not polled. */
const patient = { poll: { timeout: 20_000 } };
/**
 * How often a test that drives a daemon, a registry and ssh is run again: its machine may stop any of them for seconds.
 * Which tests needed it stands at the end of `npm test`.
 */
const onSharedMachines = 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          setupFiles: ["test/unit/fixed-seed.ts"],
          testTimeout: onSlowMachines,
          expect: patient,
        },
      },
      { test: { name: "server", include: ["test/server/**/*.test.ts"], testTimeout: onSlowMachines } },
      { test: { name: "proof", include: ["test/proof/**/*.test.ts"], retry: onSharedMachines } },
      {
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // On the real bed: the files share a daemon (global-setup.ts), so one at a time.
      {
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          globalSetup: "test/engine/global-setup.ts",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 300_000,
          retry: onSharedMachines,
          expect: patient,
        },
      },
      { test: { name: "cli", include: ["test/cli/**/*.test.ts"], testTimeout: onSlowMachines } },
    ],
  },
});
