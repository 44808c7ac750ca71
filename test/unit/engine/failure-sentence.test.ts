import { expect, test } from "vitest";
import { sentenceOf } from "../../../engine/failure.ts";

test.each([
  [{ said: "Permission denied (publickey)." }, "no: Permission denied (publickey). Do it."],
  [{ said: "it is gone" }, "no: it is gone. Do it."],
  [{}, "no. Do it."],
  [{ said: "why?", next: "" }, "no: why?"],
])("what failed is told in sentences with one full stop each: %j", (details, text) => {
  expect(sentenceOf({ cause: "fault", what: "no", next: "Do it", ...details })).toBe(text);
});
