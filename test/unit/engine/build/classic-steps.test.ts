import { expect, test } from "vitest";
import { ClassicSteps } from "../../../../engine/build/classic/classic-steps.ts";

test("what a command writes to stderr ends its line, and the builder's own words are no output", () => {
  const steps = new ClassicSteps();
  const texts = [
    "Step 1/1 : RUN make",
    "\n",
    " ---> Running in 1f\n",
    "\u001b[91mwarning: old\n\u001b[0m",
    "Removing intermediate container 1f\n",
    " ---> 2e\n",
  ];
  const logs = texts.flatMap((text) => steps.take({ kind: "text", text }).logs);
  expect(logs.map(({ bytes }) => bytes.toString())).toEqual(["\u001b[91mwarning: old\u001b[0m\n"]);
});
