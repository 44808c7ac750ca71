import { expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";

/** What the `echo` commands of a RUN print, "?" for what cannot be known. */
function printed(script: string): string[] {
  return parseDockerfile(`FROM a\nRUN ${script}\n`).instructions.flatMap((each) =>
    each.kind === "RUN"
      ? each.shell.invocations
          .filter(({ name }) => name === "echo")
          .flatMap(({ args }) => args.map(({ value }) => value ?? "?"))
      : [],
  );
}

test.each([
  ["V=1; test -f x && V=2; echo $V", ["?"]],
  ["V=1; test -f x || V=2; echo $V", ["?"]],
  ["V=1; test -f x && V=2 || V=3; echo $V", ["?"]],
  ["V=1; test -f x && V=1; echo $V", ["1"]],
  ["V=1; test -f x && V=2 && echo $V; echo $V", ["2", "?"]],
  ["V=1; test -f x && V=2 && false || echo $V", ["?"]],
  ["V=1; test -f x || V=2 && echo $V", ["?"]],
  ["V=1 && cd /x && echo $V; echo $V", ["1", "1"]],
  ["V=1 || exit 1; echo $V", ["1"]],
  ["export U=1 && export V=2; echo $V", ["2"]],
  ["V=1 && V=2 && test -f x && V=2; echo $V", ["2"]],
  ["set -e; sudo apt-get update -qq && V='a b'; echo $V", ["a", "b"]],
  ["[ x = y ] && V=2; echo $V", ["?"]],
  ["U=1 && [ $U = y ] && V=2; echo $V", ["?"]],
  ["U=$(arch) && V=2; echo $V", ["?"]],
  ["! U=1 && V=2; echo $V", ["?"]],
  ["U=1 >x && V=2; echo $V", ["?"]],
  ["U=1 test -f x && V=2; echo $V", ["?"]],
  ["declare -p U && V=2; echo $V", ["?"]],
  ["export V=1 || V=2 && V=3; echo $V", ["?"]],
  ["apt-get install -y x && V=2; echo $V", ["?"]],
  ["V=1 && unset V && echo $V", ["?"]],
  ["V=1; if test -f x; then V=2; echo $V; else echo $V; fi; echo $V", ["2", "1", "?"]],
  ["V=1; if a; then V=2; elif b; then echo $V; fi", ["1"]],
  ["V=1; case $(arch) in arm) V=2; echo $V;; *) echo $V;; esac; echo $V", ["2", "1", "?"]],
  ["V=1; if a; then if b; then V=2; fi; echo $V; fi; echo $V", ["?", "?"]],
])("%s", (script, expected) => {
  expect(printed(script)).toEqual(expected);
});
