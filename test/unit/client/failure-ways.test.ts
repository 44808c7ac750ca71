import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { wayOut, ways } from "../../../client/failure-ways.ts";

const { commands } = JSON.parse(readFileSync("package.json", "utf8")).contributes as {
  readonly commands: readonly { readonly command: string }[];
};

test("where none answers on the host's own loopback a registry can be started", () => {
  const away = { cause: "network", what: "cannot push" } as const;
  expect(wayOut(away)).toBe("retry");
  expect(wayOut({ ...away, registry: "localhost:5000" })).toBe("labImages.registry.startLocal");
});

test("what a failure's message offers is a command of the manifest", () => {
  const named = Object.values(ways).filter((way) => way?.startsWith("labImages."));
  expect(commands.map(({ command }) => command)).toEqual(expect.arrayContaining(named));
});
