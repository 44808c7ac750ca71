import { expect, test } from "vitest";
import { failureSentence } from "../../../cli/failure-sentence.ts";

test("what to do names the command that does it", () => {
  const refused = {
    cause: "registry-auth",
    what: "cannot push x",
    next: "Log in to lab.io and push again",
  } as const;
  expect(failureSentence({ ...refused, registry: "lab.io" })).toBe(
    "cannot push x. Log in to lab.io (lab-images login lab.io) and push again.",
  );
  expect(failureSentence(refused)).toBe("cannot push x. Log in to lab.io and push again.");
  expect(failureSentence({ ...refused, next: "Check its name", registry: "lab.io" })).toBe(
    "cannot push x. Check its name (lab-images login lab.io).",
  );
  expect(failureSentence({ cause: "disk-full", what: "the build failed", next: "Free space" })).toBe(
    "the build failed. Free space (lab-images prune).",
  );
  expect(failureSentence({ cause: "disk-full", what: "the build failed" })).toBe("the build failed.");
});
