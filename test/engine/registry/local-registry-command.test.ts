import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { registryImage, stopLocalRegistry } from "../../../engine/registry/local-registry.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { makeRegistryImage } from "../../bed/registry-image.mjs";
import { type SshBed, startSshBed } from "../../bed/sshd.mjs";
import { useFolders, useProgram } from "../../cli/program.ts";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { freePort } from "./free-port.ts";
import { makeImage } from "./pushing.ts";

describe.skipIf(!daemonSocket)("lab-images registry start and stop", () => {
  const program = useProgram("real");
  const folder = useFolders();
  const dockerHost = `unix://${daemonSocket}`;
  let ssh: SshBed;

  beforeAll(async () => {
    await makeRegistryImage(daemonSocket ?? "", registryImage);
    // What the example builds on, in small.
    await dockerClient(daemonSocket ?? "").tag(BUSYBOX_BASE, "ubuntu:22.04");
    ssh = await startSshBed();
    await ssh.startHost("node", { dockerHost });
  });
  afterAll(() => ssh?.stop());
  afterEach(async () => {
    await stopLocalRegistry(socketConnection(daemonSocket ?? ""), { deleteImages: true });
  });

  const run = (
    args: readonly string[],
    cwd = folder().path,
    env: Readonly<Record<string, string>> = { DOCKER_HOST: dockerHost },
  ) => program.run(cwd, args, { HOME: ssh.folder, ...env });

  test("the example lab, from nothing to a digest in the registry and to its end", async () => {
    const { path } = folder();
    cpSync("examples/lab", path, { recursive: true });
    const port = await freePort();
    const manifest = join(path, "lab-images.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replaceAll("localhost:5000", `localhost:${port}`));

    expect(await run(["registry", "start"], path)).toEqual({
      code: 0,
      stdout: `The registry on local runs: localhost:${port}\n`,
      stderr: "",
    });
    const built = await run(["build", "first", "--push", "--progress", "plain"], path);
    expect(built.stderr).not.toMatch(/ERROR/);
    const digest = new RegExp(`^Pushed localhost:${port}/first:v1@(sha256:[0-9a-f]{64})$`, "m").exec(
      built.stdout,
    )?.[1];
    expect(digest).toBeDefined();
    const listed = await run(["registry", "ls", "--long"], path);
    expect(listed.stdout).toMatch(new RegExp(`localhost:${port}/first\n  v1  ${digest?.slice(0, 19)}`));
    expect(listed.stdout).toContain(`localhost:${port}/base: not in the registry\n`);

    expect((await run(["registry", "stop", "--delete-images"], path)).stdout).toBe(
      "The registry on local has ended\nIts images are deleted\n",
    );
  });

  test("on another host over ssh; how to write it is said; one that runs is left", async () => {
    const port = String(await freePort());
    const env = { PATH: `${ssh.bin}:${process.env.PATH}` };
    const start = (more: readonly string[] = []) =>
      run(["registry", "start", "-H", "ssh://node", ...more], undefined, env);
    const first = await start(["--port", port]);
    expect(first.stdout).toBe(
      `The registry on node runs: localhost:${port}\nIn lab-images.json: "registry": "localhost:${port}". The images' names then begin with localhost:${port}/\n`,
    );
    // Its own, through ssh; not whoever has this port here.
    await makeImage(`localhost:${port}/ada/there:v1`);
    expect(
      (await run(["push", "-H", "ssh://node", `localhost:${port}/ada/there:v1`], undefined, env)).code,
    ).toBe(0);
    const listed = await run(["registry", "ls", "-H", "ssh://node", `localhost:${port}/`], undefined, env);
    expect(listed).toEqual({ code: 0, stdout: `localhost:${port}/ada/there\n  v1\n`, stderr: "" });
    expect((await start()).stdout).toContain(`The registry on node runs already: localhost:${port}\n`);
    expect(await run(["registry", "stop", "-H", "ssh://node"], undefined, env)).toMatchObject({
      code: 0,
      stdout: "The registry on node has ended\n",
    });
    expect((await run(["registry", "stop"])).stdout).toMatch(/^No registry of lab-images runs on /);
  });

  test.each([
    [["start", "--port", "99999"], /--port is a number from 1 to 65535, not "99999"/],
    [["start", "x"], /"x" is one argument too many/],
    [["strat"], /registry has "ls", "rm", "start", "stop", not "strat"; did you mean "start"\?/],
    [[], /say what to do: registry ls, rm, start, stop\./],
  ])("%j is bad usage", async (args, message) => {
    const { code, stderr } = await run(["registry", ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
