import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { installFakeRunai } from "../../bed/install-fake-runai.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { runFile, useFolders, useProgram } from "../../cli/program.ts";
import { daemonSocket } from "../daemon.ts";
import { DockerHome } from "../registry/docker-home.ts";

describe.skipIf(!daemonSocket)("lab-images job, about the image in its registry", () => {
  const program = useProgram("real");
  const folder = useFolders();
  const ada = new DockerHome();
  let registry: Registry;

  beforeAll(async () => {
    registry = await startRegistry({ users: { ada: "pw-of-ada" } });
    ada.writeConfig({
      auths: { [registry.host]: { auth: Buffer.from("ada:pw-of-ada").toString("base64") } },
    });
  });
  afterAll(async () => {
    await registry?.stop();
    ada.remove();
  });

  const dockerfile = (text: string) => `FROM ${BUSYBOX_BASE}\nRUN echo ${text} > /it\n`;
  const environment = () => ({
    HOME: ada.folder,
    DOCKER_HOST: `unix://${daemonSocket}`,
    DOCKER_CONFIG: ada.env.DOCKER_CONFIG ?? "",
  });

  test("not pushed, pushed, built again since; and the printed command is what the cluster's program understands", async () => {
    const manifest = { registry: `${registry.host}/ada`, images: { tool: { tag: "1" } }, job: { gpu: 1 } };
    const lab = folder({ "lab-images.json": JSON.stringify(manifest), "tool/Dockerfile": dockerfile("one") });
    const run = (...args: string[]) => program.run(lab.path, args, environment());
    const image = `${registry.host}/ada/tool:1`;
    const line = `runai submit tool --image ${image} --gpu 1\n`;

    const missing = await run("job", "tool");
    expect(missing).toEqual({
      code: 0,
      stdout: line,
      stderr: `lab-images: ${image} is not in its registry, so no job can start: push it first.\n`,
    });
    const pushed = await run("build", "tool", "--push");
    expect(pushed.code, pushed.stderr).toBe(0);
    expect(await run("job", "tool")).toEqual({ code: 0, stdout: line, stderr: "" });

    lab.write({ "tool/Dockerfile": dockerfile("two") });
    const built = await run("build", "tool");
    expect(built.code, built.stderr).toBe(0);
    const older = await run("job", "tool");
    expect(older).toMatchObject({ code: 0, stdout: line });
    expect(older.stderr).toMatch(
      /^lab-images: What the registry has under .*\/ada\/tool:1 is not what was last built on .*: push it first, or the job runs the older one\.\n$/,
    );

    const fake = installFakeRunai(folder().path, "v1");
    const PATH = [fake.path, process.env.PATH].join(delimiter);
    expect(await runFile("bash", ["-c", older.stdout], lab.path, { PATH })).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(fake.record, "utf8"))).toMatchObject({
      name: "tool",
      flags: { image, gpu: "1" },
    });
  });

  test("a registry that wants a login is said, and the command is printed", async () => {
    const nobody = new DockerHome();
    const manifest = { registry: `${registry.host}/ada`, images: { tool: { tag: "1" } }, job: {} };
    const lab = folder({ "lab-images.json": JSON.stringify(manifest), "tool/Dockerfile": dockerfile("one") });
    const env = { ...environment(), DOCKER_CONFIG: nobody.env.DOCKER_CONFIG ?? "" };
    const { code, stdout, stderr } = await program.run(lab.path, ["job", "tool"], env);
    nobody.remove();
    expect([code, stdout.slice(0, 18)]).toEqual([0, "runai submit tool "]);
    expect(stderr).toMatch(/^lab-images: Whether .*\/ada\/tool:1 is in its registry is not known: /);
  });
});
