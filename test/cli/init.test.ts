import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

const script = `REGISTRY=r.io/lab/your_name
docker build base -t $REGISTRY/base:1
docker build torch -t $REGISTRY/torch:2 --build-arg BASE_IMG=$REGISTRY/base:1 --target dev
`;

const manifestIn = (path: string) => JSON.parse(readFileSync(join(path, "lab-images.json"), "utf8"));

test("writes what the build script says, and tells what it left out, exit code 1", async () => {
  const { path } = folder({ build: script, "notes.sh": "echo docker\n" });
  const { code, stdout, stderr } = await program.run(path, ["init"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "build:3: --target of torch is not kept\n" });
  expect(stdout).toBe(
    "Wrote lab-images.json with base, torch, from build.\nFor your_name it has ${user}: set LAB_IMAGES_USER to your name (in VS Code: labImages.user).\n",
  );
  expect(manifestIn(path)).toEqual({
    registry: "r.io/lab/${user}",
    images: { base: { tag: "1" }, torch: { tag: "2", args: { BASE_IMG: "${image:base}" } } },
  });
});

test("never writes over a manifest, not even a broken one, exit code 2", async () => {
  const { path } = folder({ build: script, "lab-images.json": "{" });
  const { code, stdout, stderr } = await program.run(path, ["init"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^lab-images: lab-images\.json is there already, .*\n$/);
  expect(readFileSync(join(path, "lab-images.json"), "utf8")).toBe("{");
});

test("wants to be told which script, and writes beside it", async () => {
  const { path } = folder({
    "build.sh": script,
    "build-all": script,
    "lab/go": "docker build a -t r.io/a:1\n",
  });
  const two = await program.run(path, ["init"]);
  expect(two.code).toBe(2);
  expect(two.stderr).toBe(
    "lab-images: build-all, build.sh all build images: name the one to read, such as lab-images init build-all.\n",
  );
  const { code, stdout } = await program.run(path, ["init", "lab/go"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Wrote lab-images.json with a, from lab/go.\n" });
  expect(manifestIn(join(path, "lab"))).toEqual({ registry: "r.io", images: { a: { tag: "1" } } });
});

test("takes the folders where there is no script", async () => {
  const { path } = folder({ "b/Dockerfile": "FROM a\n", "a/Dockerfile": "FROM a\n", "c/x": "" });
  const { code, stdout } = await program.run(path, ["init"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Wrote lab-images\.json with a, b\. /);
  expect(manifestIn(path)).toEqual({ images: { a: {}, b: {} } });
});

test.each([
  [["init", "gone"], "gone cannot be read: there is no such file or folder; check the spelling of the path."],
  [["init", "x"], "x builds no image: name a shell script that calls docker build."],
  [["init"], "there is neither a build script nor a folder with a Dockerfile here."],
  [["init", "x", "y"], '"y" is one argument too many; leave it out.'],
])("says why it writes nothing: %j", async (args, message) => {
  const { path } = folder({ x: "echo\n" });
  const { code, stderr } = await program.run(path, args);
  expect({ code, first: stderr.split("\n")[0] }).toEqual({ code: 2, first: `lab-images: ${message}` });
  expect(existsSync(join(path, "lab-images.json"))).toBe(false);
});

test("says which lines kept a script from being read at all", async () => {
  const { path } = folder({ build: 'for each in a b; do\n  docker build "$each"\ndone\n' });
  const { code, stderr } = await program.run(path, ["init"]);
  expect(code).toBe(2);
  expect(stderr.split("\n").slice(0, 2)).toEqual([
    "lab-images: no image could be read from build.",
    "lab-images: build:2: the folder that it builds is not known",
  ]);
});
