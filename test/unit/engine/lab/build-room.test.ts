import { expect, test } from "vitest";
import { roomFor } from "../../../../engine/lab/build-room.ts";

test.each([
  ["a laptop", 4, 8e9, 1],
  ["a small virtual machine", 2, 4e9, 1],
  ["a daemon that does not tell", 0, 0, 1],
  ["many processors and little memory", 32, 16.5e9, 2],
  ["a lab's node", 128, 512e9, 4],
])("on %s", (_, processors, memory, images) => {
  expect(roomFor(processors, memory)).toBe(images);
});
