import { readFileSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../bed/debian-base.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import { installFakeRunai } from "../bed/install-fake-runai.mjs";
import { type Registry, startRegistry } from "../bed/registry.mjs";
import { type SshBed, startSshBed } from "../bed/sshd.mjs";
import { runFile, useFolders, useProgram } from "../cli/program.ts";
import { daemonSocket } from "./daemon.ts";
import { DockerHome } from "./registry/docker-home.ts";

/** The guide's day: two images that build on each other, built on the shared node, pushed to the lab's registry. */
describe.skipIf(!daemonSocket)(
  "from a laptop without docker, over ssh, to a registry with a password",
  () => {
    const program = useProgram("real");
    const folder = useFolders();
    const docker = dockerClient(daemonSocket ?? "");
    const home = new DockerHome();
    let registry: Registry;
    let bed: SshBed;
    let env: Record<string, string>;

    beforeAll(async () => {
      registry = await startRegistry({ users: { ada: "pw-of-ada" } });
      bed = await startSshBed();
      await bed.startHost("node", { dockerHost: `unix://${daemonSocket}` });
      // All that this machine's PATH has is ssh, and of the system what every one has.
      const tools = folder().path;
      symlinkSync(join(bed.bin, "ssh"), join(tools, "ssh"));
      for (const tool of ["mkfifo", "readlink", "rm", "sleep"])
        symlinkSync(join("/usr/bin", tool), join(tools, tool));
      const { DOCKER_CONFIG = "" } = home.env;
      env = { HOME: home.folder, PATH: tools, DOCKER_CONFIG };
      const auth = Buffer.from("ada:pw-of-ada").toString("base64");
      home.writeConfig({ auths: { [registry.host]: { auth } } });
    });

    afterAll(async () => {
      await bed?.stop();
      await registry?.stop();
      home.remove();
    });

    /** The guide's build script says what is built on what; nobody runs it. */
    const lab = () =>
      folder({
        build: `#!/bin/bash
set -euo pipefail
REGISTRY=${registry.host}/cvlab/ada
BUILD="docker build --network=host"
$BUILD base --build-arg BASE_IMG=${BUSYBOX_BASE} -t $REGISTRY/base:ssh
docker push $REGISTRY/base:ssh
$BUILD pytorch --build-arg BASE_IMG=$REGISTRY/base:ssh -t $REGISTRY/pytorch:torch210
docker push $REGISTRY/pytorch:torch210
`,
        "base/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\nCOPY tools /opt/lab\n",
        "base/tools/hello": "hello\n",
        "pytorch/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN cat /opt/lab/hello > /seen\n",
      }).path;

    test("pytorch asked for: base, then pytorch are built there and pushed, and the image is what it should be", async () => {
      const args = ["build", "pytorch", "--push", "--host", "ssh://node", "--progress", "plain"];
      const { code, stdout, stderr } = await program.run(lab(), args, env);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      for (const image of ["base", "pytorch"])
        expect(stdout).toMatch(new RegExp(`${registry.host}/cvlab/ada/${image}:\\w+ .*sha256:[0-9a-f]{12}`));
      const pushed = `${registry.host}/cvlab/ada/pytorch:torch210`;
      const seen = await docker.run(pushed, ["cat", "/seen"]);
      expect(seen).toMatchObject({ code: 0, stdout: "hello\n" });
      const tags = await fetch(`http://${registry.host}/v2/cvlab/ada/pytorch/tags/list`, {
        headers: { authorization: `Basic ${Buffer.from("ada:pw-of-ada").toString("base64")}` },
      });
      expect(await tags.json()).toEqual({ name: "cvlab/ada/pytorch", tags: ["torch210"] });
      for (const name of ["pytorch:torch210", "base:ssh"])
        await docker.remove(`${registry.host}/cvlab/ada/${name}`);
    });

    test("what was pushed is listed, built on and pushed again, and the printed command starts a job of it", async () => {
      const base = `${registry.host}/cvlab/ada/pytorch:torch210`;
      const image = `${registry.host}/cvlab/ada/finetune:v1`;
      const manifest = (cli: string) =>
        JSON.stringify({
          registry: `${registry.host}/cvlab/ada`,
          images: { finetune: { tag: "v1" } },
          job: { cli, gpu: 1, command: "cat /tuned" },
        });
      const other = folder({
        "lab-images.json": manifest("runai-v1"),
        "finetune/Dockerfile": `FROM ${base}\nRUN cat /seen > /tuned\n`,
      });
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await program.run(other.path, args, env);
        expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
        return stdout;
      };
      expect(await run("registry", "ls", `${registry.host}/cvlab/ada/pytorch`)).toContain("torch210");
      // The daemon has to fetch its base from the registry that wants a password.
      await run("build", "finetune", "--push", "--host", "ssh://node", "--progress", "plain");
      for (const version of ["v1", "v2"] as const) {
        other.write({ "lab-images.json": manifest(`runai-${version}`) });
        const line = await run("job", "finetune", "tune", "--host", "ssh://node");
        const fake = installFakeRunai(folder().path, version);
        const PATH = [fake.path, process.env.PATH].join(delimiter);
        expect(await runFile("sh", ["-c", line], other.path, { PATH })).toMatchObject({ code: 0 });
        const understood = JSON.parse(readFileSync(fake.record, "utf8"));
        expect(understood).toMatchObject({ name: "tune", flags: { image } });
      }
      await docker.remove(image);
    });

    test("not logged in: said before anything is built, exit code 4", async () => {
      const other = new DockerHome();
      const { code, stderr } = await program.run(
        lab(),
        ["build", "base", "--push", "--host", "ssh://node", "--progress", "plain"],
        { ...env, DOCKER_CONFIG: other.env.DOCKER_CONFIG ?? "" },
      );
      other.remove();
      expect(code).toBe(4);
      expect(stderr).toContain(registry.host);
      expect(stderr).not.toContain("[1/2]");
    });

    test("the next command finds the connection of the one before, unless that is not wanted", async () => {
      const node = await bed.startHost("shared", { dockerHost: `unix://${daemonSocket}` });
      const args = [
        "build",
        "base",
        "--host",
        "ssh://shared",
        "--progress",
        "plain",
        "-t",
        "shared:over-ssh",
      ];
      const path = lab();
      expect(await program.run(path, args, { ...env, LAB_IMAGES_SSH_KEEP: "0" })).toMatchObject({ code: 0 });
      await expect.poll(() => node.connections()).toEqual([]);
      expect(await program.run(path, args, env)).toMatchObject({ code: 0 });
      const kept = node.connections();
      expect(kept).toHaveLength(1);
      expect(await program.run(path, args, env)).toMatchObject({ code: 0 });
      expect(node.connections()).toEqual(kept);
      await docker.remove("shared:over-ssh");
      const { code, stderr } = await program.run(path, args, { ...env, LAB_IMAGES_SSH_KEEP: "a minute" });
      expect(code).toBe(2);
      expect(stderr).toMatch(/LAB_IMAGES_SSH_KEEP is "a minute".*seconds/);
    });

    test("a host that nobody knows: exit code 3", async () => {
      const args = ["build", "base", "--host", "ssh://nowhere.invalid", "--progress", "plain"];
      const { code, stderr } = await program.run(lab(), args, env);
      expect(code).toBe(3);
      expect(stderr).toContain("nowhere.invalid");
    });
  },
);
