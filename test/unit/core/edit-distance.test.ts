import fc from "fast-check";
import { expect, it } from "vitest";
import { editDistance } from "../../../core/edit-distance.ts";

it.each([
  ["requirments.txt", "requirements.txt", 1],
  ["ubutnu", "ubuntu", 1],
  ["", "abc", 3],
  ["same", "same", 0],
])("%s to %s", (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

it("with a bound, the distance where it is within it and more than the bound else", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 9 });
  fc.assert(
    fc.property(letters, letters, fc.nat(4), (a, b, most) => {
      const distance = editDistance(a, b);
      const bounded = editDistance(a, b, most);
      if (distance <= most) expect(bounded).toBe(distance);
      else expect(bounded).toBeGreaterThan(most);
    }),
  );
});
