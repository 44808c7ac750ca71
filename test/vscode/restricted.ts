import { runSuite } from "./suite.ts";

/** A folder that the user does not trust. */
export function run(): Promise<void> {
  return runSuite(async () => {
    await import("./restricted.test.ts");
    await import("./screenshot.test.ts");
  });
}
