import { runSuite } from "./suite.ts";

/** The extension from the clone. */
export function run(): Promise<void> {
  return runSuite(async () => {
    await import("./screenshot.test.ts");
    await import("./linting.test.ts");
    await import("./fixing.test.ts");
    await import("./lab-files.test.ts");
    await import("./commands.test.ts");
    await import("./writing.test.ts");
    await import("./snippets.test.ts");
    await import("./registry.test.ts");
    // Ahead of those that leave labs with registries of their own in the view.
    await import("./registry-view.test.ts");
    await import("./login.test.ts");
    await import("./local-registry.test.ts");
    await import("./building.test.ts");
    await import("./jobs.test.ts");
    await import("./images.test.ts");
    await import("./day.test.ts");
    await import("./hosts.test.ts");
    await import("./watching.test.ts");
    await import("./server-crash.test.ts");
  });
}
