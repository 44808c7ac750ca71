import { describe, expect, test } from "vitest";
import { parseBuildScript } from "../../../core/lab/build-script.ts";
import { imageUses } from "../../../core/lab/image-graph.ts";
import { isMade } from "../../../core/lab/made-file.ts";
import { scriptManifest } from "../../../core/lab/script-manifest.ts";
import { variablesSetBy } from "../../../core/lab/script-variables.ts";
import { memoryFiles } from "./memory-files.ts";

/** What takes as many steps as its square would be read for an hour. */
const many = 300_000;

describe("a file that somebody made to be slow is read at once", () => {
  test.each([`${">".repeat(many)}' x foo`, `${">a".repeat(many)}' x foo`, `${"> ".repeat(many)}' x foo`])(
    "beside a Dockerfile, whatever it redirects",
    (line) => {
      const files = memoryFiles({ "/lab/x/prepare.sh": `#!/bin/bash\n${line}\n` });
      expect(isMade("foo", ["/lab/x"], files)).toBe(false);
    },
  );

  test("as a build script, whatever it tests", () => {
    const script = parseBuildScript(
      `docker build -t $A x # ${"[[".repeat(many)}\n[[ -z $B && -n $C ]]\n`,
      "/",
    );
    expect(variablesSetBy(script!).set).toEqual(expect.arrayContaining(["B", "C"]));
  });

  test("as a build script that begins with blanks alone", () => {
    const script = parseBuildScript(`${" ".repeat(many)}docker build -t a x # ours\n`, "/lab");
    expect(scriptManifest(script!, "/lab").images).toEqual(["x"]);
  });

  test("as an argument that names images without end", () => {
    expect(imageUses(`${"${image:".repeat(many)}base}`).map(({ name }) => name)).toEqual(["base"]);
  });
});

test("what a redirection writes is made, wherever the line has others", () => {
  const made = (line: string) =>
    isMade("foo", ["/lab"], memoryFiles({ "/lab/prepare.sh": `#!/bin/sh\n${line}\n` }));
  expect(made("echo 1 >foo")).toBe(true);
  expect(made("echo 1 2>/dev/null >> ./out/foo")).toBe(true);
  expect(made('echo 1 > "$HERE/foo"')).toBe(true);
  expect(made("echo 1 > bar foo")).toBe(false);
});
