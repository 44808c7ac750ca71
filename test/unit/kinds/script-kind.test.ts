import { expect, test } from "vitest";
import { Lab } from "../../../core/lab/lab.ts";
import { scriptKind } from "../../../server/kinds/script-kind.ts";
import { memoryFiles } from "../lab/memory-files.ts";

const script = "set -e\ndocker build -t r.io/x:1 x\ndocker build --target dev -t r.io/x:dev x\n";
const dockerfile = "FROM ubuntu:22.04\n";

/** Of the script at `path`, in a lab that has these files too: the places that are left out. */
function leftOut(path: string, texts: Readonly<Record<string, string>> = {}): string[] {
  const lab = new Lab("/lab", memoryFiles({ "/lab/x/Dockerfile": dockerfile, [path]: script, ...texts }));
  const { findings } = scriptKind.linterAt({ path, lab, severities: new Map() })(script);
  return findings.flatMap(({ code, span }) =>
    code === "script/left-out" ? script.slice(span.start, span.end) : [],
  );
}

test("what a script does beside the lab's build is hinted at where the lab is built by it, and nowhere else", () => {
  expect(leftOut("/lab/build.sh")).toEqual(["docker build"]);
  expect(leftOut("/lab/scripts/build.sh")).toEqual([]);
  expect(leftOut("/lab/build.sh", { "/lab/lab-images.json": '{ "images": { "x": {} } }' })).toEqual([]);
  const bake = JSON.stringify({ target: { x: { context: "x" } } });
  expect(leftOut("/lab/build.sh", { "/lab/docker-bake.json": bake })).toEqual([]);
});
