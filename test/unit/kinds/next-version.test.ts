import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SyntaxTrees } from "../../../core/dockerfile/shell/syntax-trees.ts";
import { dockerfileKind } from "../../../server/kinds/dockerfile-kind.ts";

const folder = "test/fixtures/corpus";
const place = { path: undefined, lab: undefined, severities: new Map() };

/** A text whose instructions move down, and whose middle is pasted once more. */
function versions(text: string): string[] {
  const lines = text.split("\n");
  const middle = lines.length >> 1;
  const pasted = [...lines.slice(0, middle + 3), ...lines.slice(middle)].join("\n");
  return [text, `# moved down\n${text}`, pasted];
}

describe("a version is checked with what is kept of the one before as it is by itself", () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith("Dockerfile")))("%s", (name) => {
    const next = dockerfileKind.linterAt({ ...place, trees: new SyntaxTrees() });
    for (const text of versions(readFileSync(`${folder}/${name}`, "utf8")))
      expect(next(text).findings).toEqual(dockerfileKind.linterAt(place)(text).findings);
  });
});
