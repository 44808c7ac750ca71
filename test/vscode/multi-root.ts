import { runSuite } from "./suite.ts";

/** Two folders in one window. */
export function run(): Promise<void> {
  return runSuite(async () => {
    await import("./multi-root.test.ts");
  });
}
