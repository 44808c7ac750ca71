import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { useFolders, useProgram } from "../../cli/program.ts";
import { daemonSocket } from "../daemon.ts";
import { DockerHome } from "../registry/docker-home.ts";

describe.skipIf(!daemonSocket)("lab-images build, with a registry that wants a login", () => {
  const program = useProgram("real");
  const folder = useFolders();
  const [ada, nobody] = [new DockerHome(), new DockerHome()];
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
    nobody.remove();
  });

  const run = (who: DockerHome, files: Readonly<Record<string, string>>, args: readonly string[]) =>
    program.run(folder(files).path, args, {
      HOME: who.folder,
      PATH: "",
      DOCKER_HOST: `unix://${daemonSocket}`,
      DOCKER_CONFIG: who.env.DOCKER_CONFIG ?? "",
    });

  test("--push pushes each name when it is built, and the image is a base from then on", async () => {
    const [one, two] = [`${registry.host}/ada/base:1`, `${registry.host}/ada/base:2`];
    const built = await run(ada, { Dockerfile: `FROM ${BUSYBOX_BASE}\nLABEL pushed=1\n` }, [
      ...["build", ".", "-t", one, "-t", two, "--push"],
    ]);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stdout).toMatch(
      new RegExp(
        `^Built ${one}, ${two} \\(.*\nPushed ${one}@sha256:[0-9a-f]{64}\nPushed ${two}@sha256:[0-9a-f]{64}\n`,
      ),
    );
    const above = await run(ada, { Dockerfile: `FROM ${one}\nLABEL above=1\n` }, [
      "build",
      ".",
      "--pull",
      "-t",
      "lab/x:1",
    ]);
    expect(above.code, above.stderr).toBe(0);
  });

  test("a base without a login: exit code 4, at FROM", async () => {
    const outcome = await run(nobody, { Dockerfile: `# private\nFROM ${registry.host}/ada/secret:1\n` }, [
      ...["build", ".", "-t", "lab/x:1"],
    ]);
    expect(outcome).toMatchObject({ code: 4, stdout: "" });
    expect(outcome.stderr).toContain("   2 | >>> FROM ");
    expect(outcome.stderr).toContain(`(lab-images login ${registry.host})`);
  });

  test("a base that the registry does not have: exit code 1, at FROM", async () => {
    const outcome = await run(ada, { Dockerfile: `FROM ${registry.host}/ada/nosuch:1\n` }, [
      ...["build", ".", "-t", "lab/x:1"],
    ]);
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/ERROR: .*Check the image's name and tag/);
  });

  test("a push that will be refused is said before anything is built: exit code 4", async () => {
    const name = `${registry.host}/ada/refused:1`;
    const outcome = await run(nobody, { Dockerfile: `FROM ${BUSYBOX_BASE}\n` }, [
      ...["build", ".", "-t", name, "--push"],
    ]);
    expect(outcome).toMatchObject({ code: 4, stdout: "" });
    expect(outcome.stderr).toMatch(
      /^lab-images: cannot push .* Log in to .* \(lab-images login .*\) and push again\.\n$/,
    );
  });
});
