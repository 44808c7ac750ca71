import { afterEach, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { useProgram } from "../../cli/program.ts";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { LabOnBed } from "../lab/lab-on-bed.ts";

describe.skipIf(!daemonSocket)("lab-images layers", () => {
  const program = useProgram("real");
  const connection = socketConnection(daemonSocket ?? "");
  const labs: LabOnBed[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  test("an image of the lab as a table, and as JSON; one that is not built, and one that is not there", async () => {
    const lab = new LabOnBed(connection, {
      "lab-images.json": '{ "registry": "REGISTRY", "images": { "base": { "tag": "v1" } } }',
      "base/Dockerfile": `FROM ${BUSYBOX_BASE}\nENV A=1\nRUN head -c 6000000 /dev/zero > /six && echo "a long one"\n`,
      "other/Dockerfile": "FROM REGISTRY/base:v1\n",
    });
    labs.push(lab);
    const run = (...args: string[]) =>
      program.run(lab.root, args, { DOCKER_HOST: `unix://${daemonSocket}`, COLUMNS: "60" });
    await lab.build(["base"]);
    const { code, stdout, stderr } = await run("layers", "base");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const shape = [
      "  SIZE  SHARE  LINE  INSTRUCTION",
      `${BUSYBOX_BASE}: N, N`,
      "N    N        Imported from -",
      `${lab.registry}/base:v1 (base/Dockerfile): N, N`,
      "N    N     3  RUN head -c 6000000 /dev/zero > /six &…",
      "",
      "N in 2 layers, N (N) from its base.",
      "",
    ];
    expect(stdout.replace(/[\d.]+MB|\d+%/g, "N").split("\n")).toEqual(shape);
    expect(stdout).toMatch(/^6\.0\dMB +75% +3 /m);
    expect(await run("layers", "base/")).toEqual({ code, stdout, stderr });
    const { parts } = JSON.parse((await run("layers", `${lab.registry}/base:v1`, "--json")).stdout);
    expect(parts[1]).toMatchObject({
      image: `${lab.registry}/base:v1`,
      layers: [{ size: expect.any(Number), lines: { start: 3, end: 3 } }],
    });
    expect(await run("layers", "other")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/no such image: .*\. Build it first: lab-images build other\.\n$/i),
    });
    expect((await run("layers", "bsae")).stderr).toMatch(/Did you mean base\?\n$/);
    expect(await run("layers", "../a b")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^lab-images: there is no file, no folder and no image of the lab called/,
      ),
    });
  });
});
