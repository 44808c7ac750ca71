import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { useFolders, useProgram } from "../../cli/program.ts";
import { daemonSocket } from "../daemon.ts";
import { DockerHome } from "./docker-home.ts";
import { makeImage } from "./pushing.ts";
import { startSlowProxy, untilStill } from "./slow-proxy.ts";

describe.skipIf(!daemonSocket)("lab-images push", () => {
  const program = useProgram("real");
  const folder = useFolders();
  const home = new DockerHome();
  // No docker command on this PATH.
  const env = { HOME: home.folder, PATH: "", DOCKER_HOST: `unix://${daemonSocket}`, DOCKER_CONFIG: "" };
  let registry: Registry;
  let image: string;

  beforeAll(async () => {
    registry = await startRegistry({ users: { ada: "pw-of-ada" } });
    image = `${registry.host}/ada/image:v1`;
    await makeImage(image);
    env.DOCKER_CONFIG = home.env.DOCKER_CONFIG ?? "";
    home.writeConfig({
      auths: { [registry.host]: { auth: Buffer.from("ada:pw-of-ada").toString("base64") } },
    });
  });

  afterAll(async () => {
    await registry?.stop();
    home.remove();
  });

  const push = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    program.run(folder().path, ["push", ...args], { ...env, ...more });

  test("pushes with the password that docker login kept, and prints the digest", async () => {
    const { code, stdout, stderr } = await push([image]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(new RegExp(`^Pushing ${image}\n[0-9a-f]{12}: push(ing|ed)`)),
    });
    expect(stdout).toMatch(new RegExp(`^Pushed ${image}@sha256:[0-9a-f]{64}\n$`));
  });

  test("--progress json is the events alone", async () => {
    const { code, stdout, stderr } = await push([image, "--progress", "json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event }) => event.state ?? event.kind).slice(-2)).toEqual(["exists", "finished"]);
    expect(lines.at(-1)).toMatchObject({ kind: "push", reference: image, event: { outcome: { ok: true } } });
  });

  test("without a login: exit code 4, and what to do", async () => {
    const other = new DockerHome();
    const { code, stdout, stderr } = await push([image], { DOCKER_CONFIG: other.env.DOCKER_CONFIG ?? "" });
    other.remove();
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toBe(
      `Pushing ${image}\nERROR: cannot push ${image}: no basic auth credentials. Log in to ${registry.host} (lab-images login ${registry.host}) and push again.\n`,
    );
  });

  test("DEBUG, which libraries obey, brings no password to light", async () => {
    const { code, stdout, stderr } = await push([image], { DEBUG: "*" });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(/X-Registry-Auth|eyJ/);
  });

  test("several names: all are looked at before the first is pushed", async () => {
    const { code, stderr } = await push([image, "ubuntu"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^lab-images: cannot push ubuntu: /);
  });

  test.each([
    [["127.0.0.1:5/none:v1"], 2, /Build it, or tag an image as/],
    [["no-registry:v1"], 2, /has no registry/],
    [
      ["127.0.0.1:5/x:v1", "--host", "unix:///no/such.sock"],
      3,
      /no Docker daemon answers at unix:\/\/\/no\/such\.sock/,
    ],
    [[], 2, /say what to push/],
    [["x", "--progres", "json"], 2, /did you mean "--progress"/],
    [["x", "--progress", "jsno"], 2, /did you mean "json"/],
    [["x", "--host"], 2, /--host needs a value/],
  ])("%j ends with %i", async (args, expected, message) => {
    const { code, stdout, stderr } = await push(args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toMatch(message);
  });

  describe("build --push", () => {
    const build = (reference: string, more: Readonly<Record<string, string>> = {}) => {
      const { path } = folder({ Dockerfile: `FROM ${BUSYBOX_BASE}\nRUN echo ${Date.now()}\n` });
      return program.run(path, ["build", ".", "-t", reference, "--push"], { ...env, ...more });
    };

    test("ends with the digest", async () => {
      const { code, stdout } = await build(`${registry.host}/ada/built:v1`);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Built .*\nPushed .*\/ada\/built:v1@sha256:[0-9a-f]{64}\n$/s);
    });

    test("without a login nothing is built", async () => {
      const other = new DockerHome();
      const outcome = await build(image, { DOCKER_CONFIG: other.env.DOCKER_CONFIG ?? "" });
      other.remove();
      expect(outcome).toEqual({
        code: 4,
        stdout: "",
        stderr: expect.stringContaining(`Log in to ${registry.host} (lab-images login ${registry.host})`),
      });
      expect(outcome.stderr).not.toContain("RUN echo");
    });
  });

  describe("while a layer is sent", () => {
    async function interrupted(signal: NodeJS.Signals) {
      const proxy = await startSlowProxy(registry.port, 5_000_000);
      const reference = `${proxy.host}/ada/slow:v1`;
      await makeImage(reference, 50_000_000);
      home.writeConfig({
        auths: { [proxy.host]: { auth: Buffer.from("ada:pw-of-ada").toString("base64") } },
      });
      const child = spawn(process.execPath, [program.path, "push", reference], { env });
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
        if (/: pushing/.test(text)) child.kill(signal);
      });
      const code = await new Promise((resolve) => child.on("close", resolve));
      await untilStill(() => proxy.received);
      await proxy.stop();
      return { code, stderr, received: proxy.received };
    }

    test("Ctrl+C cancels it: exit code 130", async () => {
      const { code, stderr, received } = await interrupted("SIGINT");
      expect(code).toBe(130);
      expect(stderr).toContain("cancelling");
      expect(received).toBeLessThan(50_000_000);
    });

    test("kill -9 ends the daemon's work too", async () => {
      expect((await interrupted("SIGKILL")).received).toBeLessThan(50_000_000);
    });
  });
});
