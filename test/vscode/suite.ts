import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Milliseconds for a test; what takes seconds alone takes minutes beside other work. */
const onSlowMachines = 180_000;

/** Runs a suite written with mocha's `suite`/`test` and writes the counts where the runner looks for them. */
export async function runSuite(define: () => Promise<unknown>): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", timeout: onSlowMachines, reporter: "spec", color: false });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await define();
  const { passes, failures, pending } = await new Promise<Mocha.Stats>((resolve, reject) => {
    const runner = mocha.run(() => (runner.stats ? resolve(runner.stats) : reject(new Error("no counts"))));
  });
  const results = process.env.LAB_IMAGES_RESULTS;
  if (results) writeFileSync(results, JSON.stringify({ passed: passes, failed: failures, leftOut: pending }));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
