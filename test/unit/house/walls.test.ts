import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const sources = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.mjs"],
  { encoding: "utf8" },
)
  .split("\n")
  .filter((path) => path !== "" && existsSync(path));

const imports = new Map(
  sources.map((path) => {
    const text = readFileSync(path, "utf8");
    const found = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
      normalize(join(dirname(path), match[1]!)),
    );
    return [path, found] as const;
  }),
);

/** Which rooms a room may import from, besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  server: ["core"],
  engine: ["core"],
  client: ["core", "engine", "server/protocol.ts"],
  cli: ["core", "engine", "server", "package.json"],
};

describe("the house", () => {
  test.each(Object.keys(allowed))("%s imports only what its walls allow", (room) => {
    const through = [...imports]
      .filter(([path]) => path.startsWith(`${room}/`))
      .flatMap(([path, targets]) => targets.map((target) => ({ path, target })))
      .filter(
        ({ target }) =>
          !target.startsWith(`${room}/`) &&
          !allowed[room]!.some((open) => target === open || target.startsWith(`${open}/`)),
      );
    expect(through).toEqual([]);
  });

  test("no file imports itself in a circle", () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      if (done.has(path) || trail.includes(path)) return;
      for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of imports.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  test("the client shows no message whose text could be a link", () => {
    const direct = sources
      .filter((path) => path.startsWith("client/") && path !== "client/messages.ts")
      .flatMap((path) => {
        const text = readFileSync(path, "utf8");
        // A modal one makes no links.
        return [...text.matchAll(/show(?:Information|Warning|Error)Message(?!\(\w+, \{ modal: true)/g)].map(
          ([call]) => `${path}: ${call}`,
        );
      });
    expect(direct).toEqual([]);
  });

  test("no file is longer than 400 lines", () => {
    const long = sources
      .filter((path) => path !== "core/cuda/catalogue.ts")
      .map((path) => `${path}: ${readFileSync(path, "utf8").split("\n").length}`)
      .filter((entry) => Number(entry.split(": ")[1]) > 400);
    expect(long).toEqual([]);
  });
});
