import { describe, expect, test } from "vitest";
import { withRegistry } from "../../../core/lab/registry-entry.ts";

const address = "localhost:5000";

describe("a registry written to the manifest", () => {
  test.each([
    ["a new one", undefined, '{\n  "registry": "localhost:5000"\n}\n'],
    ["none so far", '{\n  "images": {} // ours\n}\n', undefined],
    [
      "another one",
      '{\n  // pushed there\n  "registry": "old.example/lab", // until May\n  "images": {}\n}\n',
      '{\n  // pushed there\n  "registry": "localhost:5000", // until May\n  "images": {}\n}\n',
    ],
  ])("%s", (_, before, after) => {
    const written = withRegistry(before, address);
    if (after !== undefined) expect(written).toBe(after);
    expect(written).toContain(`"registry": "${address}"`);
    if (before?.includes("// ours")) expect(written).toContain("// ours");
  });

  test("not where the manifest cannot be read", () => {
    expect(withRegistry('{ "registry": ', address)).toBeUndefined();
    expect(withRegistry("[]", address)).toBeUndefined();
  });
});
