import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Milliseconds for a test; what takes seconds alone takes minutes beside other work. */
const onSlowMachines = 180_000;

/** A test by its full name, and the first line of why it failed. */
interface TestFailure {
  readonly test: string;
  readonly message: string;
}

/**
 * Runs a suite written with mocha's `suite`/`test` and writes what it gave where the runner looks for it. A test that fails
 * is run once more: an editor, a browser and a daemon take turns on its machine, and which tests needed it is told.
 */
export async function runSuite(define: () => Promise<unknown>): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", timeout: onSlowMachines, retries: 1, reporter: "spec", color: false });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await define();
  const failures: TestFailure[] = [];
  const tries: TestFailure[] = [];
  const { passes, pending } = await new Promise<Mocha.Stats>((resolve, reject) => {
    const runner = mocha.run(() => (runner.stats ? resolve(runner.stats) : reject(new Error("no counts"))));
    runner.on("fail", (test, error) => failures.push(failureOf(test, error)));
    runner.on("retry", (test, error) => tries.push(failureOf(test, error)));
  });
  const failed = new Set(failures.map(({ test }) => test));
  const secondTries = tries.filter(({ test }) => !failed.has(test));
  const outcome = { passed: passes, failed: failures.length, leftOut: pending, failures, secondTries };
  const results = process.env.LAB_IMAGES_RESULTS;
  if (results) writeFileSync(results, JSON.stringify(outcome));
  if (failures.length > 0) throw new Error(`${failures.length} tests failed`);
}

function failureOf(test: Mocha.Runnable, error: unknown): TestFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { test: test.fullTitle(), message: message.split("\n", 1)[0] ?? "" };
}
