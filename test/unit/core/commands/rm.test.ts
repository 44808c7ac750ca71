import { expect, test } from "vitest";
import { rmCall } from "../../../../core/commands/rm.ts";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";

function read(command: string) {
  const run = parseDockerfile(`FROM x\nRUN ${command}\n`).instructions[1];
  const call = run?.kind === "RUN" ? run.shell.invocations.map(rmCall).find((each) => each) : undefined;
  return call && [call.recursive, call.force, call.paths.map(({ value }) => value), call.open];
}

test.each([
  ["rm /a", [false, false, ["/a"], false]],
  ["rm -rf /a /b", [true, true, ["/a", "/b"], false]],
  ["rm -fR /a", [true, true, ["/a"], false]],
  ["rm -r -v --force /a", [true, true, ["/a"], false]],
  ["rm --recursive /a", [true, false, ["/a"], false]],
  ["rm --rec --f /a", [true, true, ["/a"], false]],
  ["rm /a -rf", [true, true, ["/a"], false]],
  ["rm -- -rf", [false, false, ["-rf"], false]],
  ["rm --one-file-system --preserve-root=all -d /a", [false, false, ["/a"], false]],
  ["sudo /bin/rm -rf /a", [true, true, ["/a"], false]],
  ['["rm", "-rf", "/a"]', [true, true, ["/a"], false]],
  ["rm -rf $X /a", [true, true, [null, "/a"], true]],
  ["ls | xargs rm -f", [false, true, [], true]],
  ["rmdir /a", undefined],
])("%s", (command, expected) => {
  expect(read(command)).toEqual(expected);
});
