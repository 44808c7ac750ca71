import { describe, expect, test } from "vitest";
import { jsonFiles } from "./json-files.ts";
import { type Folder, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

async function codes(lab: Folder, ...args: string[]): Promise<string[]> {
  const outcome = await program.run(lab.path, ["lint", "--format=json", ...args]);
  return jsonFiles(outcome).flatMap(({ findings }) => findings.map(({ code }) => code));
}

describe("--rule", () => {
  const all = "RUN sudo apt install x # TODO perhaps\n";

  test("checks only what it names, as often as it is given", async () => {
    const lab = folder({ Dockerfile: all });
    expect(await codes(lab, "--rule", "demo/info")).toEqual(["demo/info"]);
    expect(await codes(lab, "--rule=demo/info", "--rule=demo/error")).toEqual(["demo/error", "demo/info"]);
    expect((await program.run(lab.path, ["lint", "--rule", "demo/info"])).code).toBe(0);
  });

  test("fixes only that", async () => {
    const lab = folder({ Dockerfile: all });
    await program.run(lab.path, ["lint", "--fix", "--rule", "demo/error"]);
    expect(lab.read("Dockerfile")).toBe(all);
    await program.run(lab.path, ["lint", "--fix", "--rule", "demo/warning"]);
    expect(lab.read("Dockerfile")).toBe("RUN sudo apt-get install x # TODO perhaps\n");
  });

  test("wins over a lab that has the rule off, and keeps the severity that a lab gives it", async () => {
    const lab = folder({
      Dockerfile: all,
      "lab-images.json": '{ "rules": { "demo/error": "off", "demo/info": "error" } }',
    });
    expect(await codes(lab)).toEqual(["demo/warning", "demo/info", "demo/hint"]);
    expect(await codes(lab, "--rule", "demo/error")).toEqual(["demo/error"]);
    expect((await program.run(lab.path, ["lint", "--rule", "demo/info"])).code).toBe(1);
  });

  test("says nothing of comments about other rules", async () => {
    const lab = folder({
      Dockerfile: "# lab-images ignore=demo/error: why\nRUN sudo # TODO\n# lab-images ignore=x\n",
    });
    expect(await codes(lab, "--rule", "demo/info")).toEqual(["demo/info"]);
  });
});

test("a comment about a rule that the lab has off is not called needless", async () => {
  const lab = folder({
    Dockerfile: "# lab-images ignore=demo/error: why\nRUN sudo\n",
    "lab-images.json": '{ "rules": { "demo/error": "off" } }',
  });
  expect(await codes(lab)).toEqual([]);
});

test("a lab may have the hint about needless comments off", async () => {
  const lab = folder({ Dockerfile: "# lab-images ignore=demo/error: why\nRUN true\n" });
  expect(await codes(lab)).toEqual(["suppression/unused"]);
  lab.write({ "lab-images.json": '{ "rules": { "suppression/unused": "off" } }' });
  expect(await codes(lab)).toEqual([]);
});
