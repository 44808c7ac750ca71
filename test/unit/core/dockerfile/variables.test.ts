import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";

/** What the COPYs of a Dockerfile take, "?" where it cannot be known. */
function copied(text: string, given: Record<string, string> = {}): string[] {
  const { instructions } = parseDockerfile(text, { buildArguments: new Map(Object.entries(given)) });
  return instructions.flatMap((each) =>
    each.kind === "COPY" ? each.sources.map(({ value }) => value ?? "?") : [],
  );
}

function bases(text: string): (string | null | undefined)[] {
  return parseDockerfile(text).stages.map(({ resolvedBase }) => resolvedBase);
}

describe("ARG and ENV of one name", () => {
  test.each([
    ["ARG D=lib\nENV D=src", "src"],
    ["ENV D=src\nARG D=lib", "?"],
    ["ENV D=src\nARG D=src", "src"],
    ["ENV D=src\nARG D", "src"],
    ["ENV D=src\nARG D=lib\nENV D=end", "end"],
    ["ENV D=src\nFROM one\nARG D=lib", "?"],
    ["ARG D=lib\nENV D=src\nFROM one", "src"],
  ])("%j", (lines, expected) => {
    expect(copied(`FROM scratch AS one\n${lines}\nCOPY $D /\n`)).toEqual([expected]);
  });

  test("builders differ in whether a build's argument wins", () => {
    const text = "FROM a\nENV D=src\nARG D\nCOPY $D /\n";
    expect(copied(text, { D: "lib" })).toEqual(["?"]);
    expect(copied(text, { D: "src" })).toEqual(["src"]);
  });
});

test("an ARG sees those before it on its line: in a stage with some builders, an ENV with none", () => {
  expect(copied("FROM scratch\nARG A=src B=$A/x\nCOPY $A $B /\n")).toEqual(["src", "?"]);
  expect(copied("FROM scratch\nARG A=src\nARG A=src B=$A/x\nCOPY $B /\n")).toEqual(["src/x"]);
  expect(copied("FROM scratch\nENV A=src B=x$A\nCOPY $B /\n")).toEqual(["x"]);
  expect(bases("ARG OS=22.04 IMG=ubuntu:${OS}\nFROM $IMG\n")).toEqual(["ubuntu:22.04"]);
});

test("the platform is the builder's to tell, above the first FROM too", () => {
  expect(bases("ARG IMG=ghcr.io/lab/base-${TARGETARCH}:1\nFROM $IMG\n")).toEqual([null]);
});

test.each([
  ["scratch", "src/"],
  ["ubuntu:22.04", "?"],
  ["ghcr.io/lab/base", "?"],
])("what nothing sets may come from the base, but for %s", (base, expected) => {
  expect(copied(`FROM ${base} AS one\nFROM one\nENV B=src/$A\nCOPY $B /\n`)).toEqual([expected]);
});
