import { spawn } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { useFolders, useProgram } from "../../cli/program.ts";
import { daemonRelease, daemonSocket, hasContainerdStore } from "../daemon.ts";
import { isRunning, until } from "./running-command.ts";

describe.skipIf(!daemonSocket)("lab-images build", () => {
  const program = useProgram("real");
  const folder = useFolders();
  const docker = dockerClient(daemonSocket ?? "");
  const host = { DOCKER_HOST: `unix://${daemonSocket}` };
  afterEach(() => docker.remove("lab/base:ssh").catch(() => {}));

  const lab = () =>
    folder({
      "lab-images.json": `{
        // a lab
        "registry": "lab",
        "build": { "network": "none" },
        "images": {
          "base": { "tag": "ssh", "args": { "BASE_IMG": "${BUSYBOX_BASE}", "WORD": "lab" } },
          "torch": { "args": { "BASE_IMG": "\${image:base}" } }
        }
      }`,
      "base/Dockerfile": 'ARG BASE_IMG\nFROM ${BASE_IMG}\nARG WORD\nRUN echo "word: $WORD"\nCOPY a.txt /\n',
      "base/a.txt": "a\n",
      "torch/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\n\nRUN echo far; \\\n    exit 3\n# end\n",
    });

  test("an image by its name, with what the lab says of it", async () => {
    const { code, stdout, stderr } = await program.run(lab().path, ["build", "base", "--no-cache"], host);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Built lab\/base:ssh \(sha256:[0-9a-f]{12}, \d\.\d\dMB\) in \d+\.\ds/),
    });
    expect(stderr).toMatch(
      /^#\d+ \[2\/3\] RUN echo "word: lab"\n#\d+ \d+\.\d{3} word: lab\n#\d+ DONE \d+\.\ds$/m,
    );
    expect((await docker.image("lab/base:ssh")).Id).toMatch(/^sha256:/);
  });

  test("options win over the lab", async () => {
    const { code, stderr } = await program.run(
      lab().path,
      ["build", "base", "-t", "lab/other:1", "--build-arg", "WORD=mine", "--no-cache"],
      host,
    );
    expect(code).toBe(0);
    expect(stderr).toContain("word: mine");
    await expect(docker.image("lab/base:ssh")).rejects.toThrow("404");
    await docker.remove("lab/other:1");
  });

  test("a folder that is no lab's gets no labels: it is built as docker builds it", async () => {
    const { path } = folder({ "a/Dockerfile": `FROM ${BUSYBOX_BASE}\nCOPY x /\n`, "a/x": "x\n" });
    const args = ["build", "a", "-t", "lab/other:1"];
    expect(await program.run(path, args, host)).toMatchObject({ code: 0 });
    expect((await docker.image("lab/other:1")).Config.Labels ?? {}).toEqual({});
    await docker.remove("lab/other:1");
  });

  test("another folder by --build-context, where the daemon is new enough", async () => {
    const { path } = folder({ "a/Dockerfile": "FROM scratch\nCOPY --from=data x /\n", "other/x": "x\n" });
    const args = ["build", "a", "--build-context", "data=other", "-t", "lab/other:1"];
    const { code, stderr } = await program.run(path, args, host);
    if (daemonRelease) {
      expect({ code, stderr }).toMatchObject({ code: 0 });
      await docker.remove("lab/other:1");
    } else {
      expect(code).toBe(2);
      expect(stderr).toContain("this daemon is too old for named contexts");
    }
  });

  test("a failure shows the last lines, the Dockerfile around it, and what to do", async () => {
    const { path } = lab();
    await program.run(path, ["build", "base"], host);
    const { code, stderr, stdout } = await program.run(path, ["build", "torch"], host);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.slice(stderr.indexOf("------"))).toBe(`\
------
 > [2/2] RUN echo far;     exit 3:
far
------
torch/Dockerfile:4: error: “RUN echo far; exit 3” ended with exit code 3
--------------------
   2 |     FROM \${BASE_IMG}
   3 |
   4 | >>> RUN echo far; \\
   5 | >>>     exit 3
   6 |     # end
   7 |
--------------------
ERROR: “RUN echo far; exit 3” ended with exit code 3 (Dockerfile line 4). Correct the command; its last lines say why it failed.
`);
  });

  test("JSON is the events and nothing else", async () => {
    const { code, stdout, stderr } = await program.run(
      lab().path,
      ["build", "base", "--no-cache", "--progress=json"],
      host,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    // Newer daemons may warn of the Dockerfile as well.
    const inBuild = events.flatMap(({ kind, event }) => (kind === "build" ? [event.kind] : []));
    const kinds = new Set(inBuild.filter((kind) => kind !== "warning"));
    expect(kinds).toEqual(new Set(["step", "progress", "output", "finished"]));
    const others = events.map(({ kind }) => kind).filter((kind) => kind !== "build");
    expect(others).toEqual(["planned", "image-started", "image-finished", "finished"]);
    expect(events.at(-1)).toMatchObject({
      outcomes: { base: { kind: "built", result: { tags: ["lab/base:ssh"] }, digests: [] } },
    });
  });

  test("what a rebuild leaves behind is shown, and prune removes it", async () => {
    const { path } = lab();
    await program.run(path, ["build", "base"], host);
    const { stdout } = await program.run(path, ["build", "base", "--build-arg", "WORD=again"], host);
    // With containerd's image store a build leaves nothing of what it takes the name from.
    if (hasContainerdStore) await docker.build(`FROM ${BUSYBOX_BASE}\nLABEL left=1\n`);
    else expect(stdout).toMatch(/lost (its name holds|their names hold) up to .*"lab-images prune"/);
    const prune = async (...args: string[]) => (await program.run(path, ["prune", ...args], host)).stdout;
    const images = "  \\d+ images? without a name, up to \\S+\n";
    const cache = "  \\S+ of build cache that no image uses\n";
    const hint = '"lab-images prune --yes" removes what is listed\n';
    expect(await prune()).toMatch(new RegExp(`^On local:\n${images}${cache}${hint}$`));
    expect(await prune("--images")).toMatch(
      new RegExp(`^On local:\n${images}"lab-images prune --images --yes"`),
    );
    expect(await prune("--images", "--yes")).toMatch(/^Removed \d+ images?, \S+ freed\n$/);
    expect(await prune()).toMatch(new RegExp(`^On local:\n${cache}${hint}$`));
    expect(await prune("--yes")).toMatch(/^Removed build cache, \S+ freed\n$/);
    expect(await prune()).toBe("There is nothing to prune on local\n");
  });

  test.each<[string, string[], Record<string, string>, number, RegExp]>([
    ["no such image", ["build", "tirch"], {}, 2, /Did you mean torch\?/],
    ["no such folder", ["build", "x/y"], {}, 2, /no file, no folder and no image/],
    ["no Dockerfile", ["build", "."], {}, 2, /no Dockerfile in \./],
    ["a bad tag", ["build", "base", "-t", "lab/X"], {}, 2, /upper case/],
    ["no daemon", ["build", "base", "-H", "unix:///nowhere.sock"], {}, 3, /unix:\/\/\/nowhere\.sock/],
    ["a bad host", ["build", "base", "-H", "node"], {}, 2, /ssh:\/\/node/],
    ["a push to nobody's registry", ["build", "base", "-t", "x:1", "--push"], {}, 2, /no registry/],
    ["prune with a word too many", ["prune", "all"], {}, 2, /all/],
  ])("%s", async (_, args, env, code, message) => {
    const outcome = await program.run(lab().path, args, { ...host, ...env });
    expect(outcome).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
  });

  test("in JSON, what could not begin has an outcome too", async () => {
    const { code, stdout } = await program.run(lab().path, [
      "build",
      "base",
      "-H",
      "/nowhere",
      "--progress=json",
    ]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "finished",
      failure: { cause: "no-daemon" },
    });
  });

  test("Ctrl+C ends the command in the daemon, and the exit code says so", async () => {
    const seconds = `${6000 + (process.pid % 1000)}.25`;
    const { path } = folder({ "slow/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN sleep ${seconds}\n` });
    const child = spawn(process.execPath, [program.path, "build", "slow"], {
      cwd: path,
      env: { ...process.env, ...host },
    });
    let told = "";
    child.stderr.on("data", (text) => {
      told += text;
    });
    await until(() => isRunning("sleep", seconds), 20_000);
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).toBe(130);
    expect(told).toContain("cancelling");
    await until(() => !isRunning("sleep", seconds), 20_000);
  });

  test("killed at once, the program leaves nothing running in the daemon", async () => {
    const seconds = `${7000 + (process.pid % 1000)}.25`;
    const { path } = folder({ "slow/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN sleep ${seconds}\n` });
    const child = spawn(process.execPath, [program.path, "build", "slow"], {
      cwd: path,
      env: { ...process.env, ...host },
      stdio: "ignore",
    });
    await until(() => isRunning("sleep", seconds), 20_000);
    child.kill("SIGKILL");
    await until(() => !isRunning("sleep", seconds), 20_000);
  });
});
