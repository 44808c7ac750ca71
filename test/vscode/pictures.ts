import { runSuite } from "./suite.ts";

/** Takes the README's pictures; each test is one. */
export function run(): Promise<void> {
  return runSuite(async () => {
    await import("./pictures/editor.ts");
    await import("./pictures/building.ts");
  });
}
