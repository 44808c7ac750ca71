import { describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { useFolders, useProgram } from "../../cli/program.ts";
import { daemonRelease, daemonSocket } from "../daemon.ts";

describe.skipIf(!daemonSocket)("a lab with a docker-bake.json and no manifest", () => {
  const program = useProgram("real");
  const folder = useFolders();

  test("builds a target and its bases; a base by bake's own name needs a daemon that knows such names", async () => {
    const target = {
      one: { context: "a", tags: ["lab/bake-one:1"], args: { SAID: "${WORD}" } },
      two: { context: "b", tags: ["lab/bake-two:1"], contexts: { under: "target:one" } },
    };
    const { path } = folder({
      "docker-bake.json": JSON.stringify({ variable: { WORD: { default: "hello" } }, target }),
      "a/Dockerfile": `FROM ${BUSYBOX_BASE}\nARG SAID\nRUN echo $SAID > /said\n`,
      "b/Dockerfile": "FROM under\nRUN grep hello /said\n",
    });
    const env = { DOCKER_HOST: `unix://${daemonSocket}` };
    const { code, stdout, stderr } = await program.run(path, ["build", "two", "--progress", "plain"], env);
    expect(stdout).toMatch(/^one +lab\/bake-one:1 +built /m);
    const docker = dockerClient(daemonSocket ?? "");
    await docker.remove("lab/bake-one:1");
    if (daemonRelease) {
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/^two +lab\/bake-two:1 +built /m);
      await docker.remove("lab/bake-two:1");
    } else {
      expect(stdout).toMatch(/^two +lab\/bake-two:1 +failed /m);
      expect(stderr).toContain("too old for named contexts. Build on a host with Docker 23 or later.");
    }
  });
});
