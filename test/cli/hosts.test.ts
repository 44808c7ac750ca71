import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

/** Nothing of the machine's own Docker and SSH. */
function home(files: Readonly<Record<string, string>> = {}): { HOME: string } {
  return { HOME: folder(files).path };
}

function context(name: string, host: string): Record<string, string> {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } });
  return { [`.docker/contexts/meta/${id}/meta.json`]: meta };
}

describe("bad usage is said on stderr with the usage, exit code 2", () => {
  test.each([
    [["hosts", "--jsn"], 'there is no option "--jsn"; did you mean "--json"?'],
    [["hosts", "--json=yes"], "--json takes no value; write --json alone."],
    [["hosts", "node"], '"node" is one argument too many; leave it out.'],
    [["doctor", "--host"], "--host needs a value: --host ssh://user@node."],
    [["doctor", "-x"], 'there is no option "-x".'],
    [["prune", "--yse"], 'there is no option "--yse"; did you mean "--yes"?'],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await program.run(folder().path, args, home());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n")[0]).toBe(`lab-images: ${message}`);
    expect(stderr).toContain(`\nUsage: lab-images ${args[0]} `);
  });

  test("a host that cannot be one", async () => {
    const { code, stdout, stderr } = await program.run(
      folder().path,
      ["doctor", "-H", "ssh://-oX@n"],
      home(),
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^lab-images: --host is "ssh:\/\/-oX@n": the user's name begins with "-".*\n$/);
  });
});

describe("hosts", () => {
  test("lists what the configuration names, with the reason, and asks the current one", async () => {
    const env = home({
      ".ssh/config": "Host node1\n",
      ".docker/config.json": '{ "currentContext": "lab" }',
      ...context("lab", "unix:///nowhere/docker.sock"),
    });
    const { code, stdout, stderr } = await program.run(folder().path, ["hosts"], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").map((line) => line.replaceAll(env.HOME, "~"))).toEqual([
      "* lab    unix:///nowhere/docker.sock  the current docker context (~/.docker/config.json)",
      "    no Docker daemon answers at unix:///nowhere/docker.sock: connect ENOENT /nowhere/docker.sock. Start Docker there, or name another host.",
      expect.stringMatching(/^ {2}local {2}unix:\/\/\/\S+ +the default socket of this machine$/),
      "  node1  ssh://node1                  a host of ~/.ssh/config",
      "",
    ]);
  });

  test("has what the lab's manifest offers, which is not asked", async () => {
    const lab = folder({ "lab-images.json": '{ "hosts": ["ssh://${user}@gpu-node.invalid"] }' });
    const env = { ...home({ ".ssh/config": "Host node1\n" }), LAB_IMAGES_USER: "ann" };
    const { stdout } = await program.run(lab.path, ["hosts", "--json"], env);
    expect(JSON.parse(stdout).hosts).toContainEqual({
      name: "ann@gpu-node.invalid",
      url: "ssh://ann@gpu-node.invalid",
      source: "manifest",
      current: false,
      why: "a host of lab-images.json",
    });
  });

  test("as JSON", async () => {
    const env = home(context("lab", "ssh://ann@node"));
    const args = ["hosts", "--json", "--host", "tcp://127.0.0.1:1"];
    const { code, stdout, stderr } = await program.run(folder().path, args, env);
    // Node warns of some that a library may do.
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      hosts: [
        {
          name: "127.0.0.1:1",
          url: "tcp://127.0.0.1:1",
          source: "option",
          current: true,
          why: "named by --host",
          answer: expect.objectContaining({ ok: false, cause: "no-daemon" }),
        },
        expect.objectContaining({ name: "local", current: false }),
        {
          name: "lab",
          url: "ssh://ann@node",
          source: "docker-context",
          current: false,
          why: "a docker context",
        },
      ],
      problems: [],
    });
  });

  test("goes on past a configuration that cannot be read, exit code 2", async () => {
    const env = home({ ".docker/config.json": "{", ".ssh/config": "Host node1\n" });
    const { code, stdout, stderr } = await program.run(folder().path, ["hosts"], env);
    expect(code).toBe(2);
    expect(stdout).toContain("ssh://node1");
    expect(stderr).toMatch(/^lab-images: .*config\.json is not valid JSON: .*\. Correct it there\.\n$/);
  });
});

describe("doctor", () => {
  test("says where it ends, exit code 3", async () => {
    const args = ["doctor", "--host", "unix:///nowhere/docker.sock"];
    const { code, stdout, stderr } = await program.run(folder().path, args, home());
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout.split("\n").slice(0, 5)).toEqual([
      "local  unix:///nowhere/docker.sock, named by --host",
      "FAIL  Docker      no Docker daemon answers at unix:///nowhere/docker.sock",
      "                  connect ENOENT /nowhere/docker.sock",
      "                  Start Docker there, or name another host.",
      "-     Permission  not reached",
    ]);
  });

  test("as JSON", async () => {
    const args = ["doctor", "--json", "--host", "unix:///nowhere/docker.sock"];
    const { code, stdout } = await program.run(folder().path, args, home());
    expect(code).toBe(3);
    const { host, steps } = JSON.parse(stdout);
    expect(host).toMatchObject({ name: "local", source: "option", why: "named by --host" });
    expect(steps[0]).toMatchObject({ name: "docker", state: "fail", cause: "no-daemon" });
  });
});
