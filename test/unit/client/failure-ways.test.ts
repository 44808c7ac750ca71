import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ways } from "../../../client/failure-ways.ts";

const { commands } = JSON.parse(readFileSync("package.json", "utf8")).contributes as {
  readonly commands: readonly { readonly command: string }[];
};

test("what a failure's message offers is a command of the manifest", () => {
  const named = Object.values(ways).filter((way) => way?.startsWith("labImages."));
  expect(commands.map(({ command }) => command)).toEqual(expect.arrayContaining(named));
});
