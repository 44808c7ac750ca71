import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Runs a suite written with mocha's `suite`/`test` and writes the counts where the runner looks for them. */
export async function runSuite(define: () => Promise<unknown>): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", timeout: 60_000, reporter: "spec", color: false });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await define();
  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((resolve) => {
    const runner = mocha.run(() => {
      const stats = runner.stats;
      resolve({ passed: stats?.passes ?? 0, failed: stats?.failures ?? 1 });
    });
  });
  const results = process.env.LAB_IMAGES_RESULTS;
  if (results) writeFileSync(results, JSON.stringify({ passed, failed }));
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
