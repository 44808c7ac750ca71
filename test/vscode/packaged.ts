import { runSuite } from "./suite.ts";

/** The extension as users install it, from the `.vsix`. */
export function run(): Promise<void> {
  return runSuite(async () => {
    await import("./linting.test.ts");
    await import("./fixing.test.ts");
    await import("./commands.test.ts");
    await import("./registry.test.ts");
    await import("./building.test.ts");
    await import("./screenshot.test.ts");
  });
}
