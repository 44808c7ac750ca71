import { expect, test } from "vitest";
import type { DaemonFacts } from "../../../../engine/connection/daemon-facts.ts";
import { gpuStep } from "../../../../engine/connection/doctor/daemon-steps.ts";

/** A machine whose nvidia-smi ends so. */
const factsWith = (code: number, stdout = "", runtimes: object = { nvidia: {} }): DaemonFacts => ({
  info: { Runtimes: { ...runtimes } },
  apiVersion: "1.41",
  run: async () => ({ code, stdout }),
});

test.each([
  ["that hangs", factsWith(255), "warn", /^nvidia-smi gives no answer there/],
  ["that nobody may run", factsWith(255, "", {}), "skipped", /cannot be asked/],
  ["that is not there", factsWith(127), "ok", /^Docker has the nvidia runtime$/],
  ["that answers", factsWith(0, "Tesla V100, 32768 MiB, 535.1\n"), "ok", /^1: Tesla V100/],
])("doctor on a machine with an nvidia-smi %s", async (_, facts, state, what) => {
  expect(await gpuStep(facts)).toMatchObject({ state, what: expect.stringMatching(what) });
});
