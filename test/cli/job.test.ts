import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import type { FakeSubmission } from "../bed/fake-runai.mjs";
import { installFakeRunai } from "../bed/install-fake-runai.mjs";
import { runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

const job = {
  project: "lab-${user}",
  gpu: 1,
  cpu: 4,
  memory: "32G",
  nodePools: ["a100", "default"],
  mounts: { "/data": "pvc:lab-data-${user}", "/scratch": "/mnt/scratch/${user}", "/ro": "/mnt/ro:ro" },
  environment: { CLUSTER_USER: "${user}", CLUSTER_USER_ID: "${env:LAB_UID}" },
  largeShm: true,
  workingDir: "/scratch/my project",
  setup: "/opt/lab/enter",
  command: "python train.py",
};

function lab(own: object = {}, more: Readonly<Record<string, string>> = {}) {
  const images = { torch: { tag: "2.1" } };
  const manifest = { registry: "r.io/lab/${user}", images, job: { ...job, ...own } };
  return folder({
    "lab-images.json": JSON.stringify(manifest),
    "torch/Dockerfile": "FROM debian:12\n",
    ...more,
  });
}

const user = { LAB_IMAGES_USER: "ann", LAB_UID: "1234" };

/** The line that is printed, run by a shell that finds the fake. */
async function submitted(
  { path }: { path: string },
  args: readonly string[],
  version: "v1" | "v2",
  shell = "bash",
): Promise<FakeSubmission> {
  const { code, stdout, stderr } = await program.run(path, ["job", "--no-check", ...args], user);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const fake = installFakeRunai(folder().path, version);
  const run = await runFile(shell, ["-c", stdout], path, {
    PATH: [fake.path, process.env.PATH].join(delimiter),
  });
  expect(run, run.stderr).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(readFileSync(fake.record, "utf8"));
}

describe("the command of a job", () => {
  test("is that of any image by its name in a registry, with what the lab says of its jobs", async () => {
    const { flags, name, container } = await submitted(lab(), ["r.io/lab/ann/torch:2.0"], "v1");
    expect(name).toBe("torch");
    expect(flags).toMatchObject({ image: "r.io/lab/ann/torch:2.0", project: "lab-ann", gpu: "1" });
    expect(container.join(" ")).toContain("python train.py");
  });

  test("is runai submit for version 1", async () => {
    expect(await submitted(lab({ cli: "runai-v1" }), ["torch", "train1"], "v1")).toEqual({
      verbs: ["submit"],
      name: "train1",
      flags: {
        image: "r.io/lab/ann/torch:2.1",
        project: "lab-ann",
        gpu: "1",
        cpu: "4",
        memory: "32G",
        "node-pools": "a100 default",
        "existing-pvc": ["claimname=lab-data-ann,path=/data"],
        volume: ["/mnt/scratch/ann:/scratch", "/mnt/ro:/ro:ro"],
        environment: ["CLUSTER_USER=ann", "CLUSTER_USER_ID=1234"],
        "large-shm": true,
        "working-dir": "/scratch/my project",
        command: true,
      },
      container: ["/opt/lab/enter", "bash", "-c", "python train.py"],
    });
  });

  test("is runai training submit, or runai workspace submit, for version 2", async () => {
    const understood = await submitted(lab({ cli: "runai-v2", gpu: 0.5 }), ["torch"], "v2");
    expect(understood).toEqual({
      verbs: ["training", "submit"],
      name: "torch",
      flags: {
        image: "r.io/lab/ann/torch:2.1",
        project: "lab-ann",
        "gpu-devices-request": "1",
        "gpu-request-type": "portion",
        "gpu-portion-request": "0.5",
        "cpu-core-request": "4",
        "cpu-memory-request": "32G",
        "node-pools": ["a100", "default"],
        "existing-pvc": ["claimname=lab-data-ann,path=/data"],
        "host-path": ["path=/mnt/scratch/ann,mount=/scratch,readwrite", "path=/mnt/ro,mount=/ro"],
        "environment-variable": ["CLUSTER_USER=ann", "CLUSTER_USER_ID=1234"],
        "large-shm": true,
        "working-dir": "/scratch/my project",
        command: true,
      },
      container: ["/opt/lab/enter", "bash", "-c", "python train.py"],
    });
    const workspace = lab({ cli: "runai-v2", kind: "workspace", gpu: 2, runAsUid: 7, runAsUser: true });
    const { verbs, flags } = await submitted(workspace, ["torch"], "v2");
    expect(verbs).toEqual(["workspace", "submit"]);
    expect(flags).toMatchObject({ "gpu-devices-request": "2", "run-as-uid": "7", "run-as-user": true });
  });

  test("for a workspace of version 1 is interactive", async () => {
    const { flags } = await submitted(lab({ kind: "workspace", gpu: 0.5 }), ["torch"], "v1");
    expect(flags).toMatchObject({ interactive: true, gpu: "0.5" });
  });

  test.each(["bash", "dash"])("keeps blanks, quotes, $ and lines as they are, in %s", async (shell) => {
    const odd = `it's "$HOME" \`x\` \\ !! #1 & ; * ~ \${A}\n\tsecond  line`;
    for (const version of ["v1", "v2"] as const) {
      const own = {
        cli: `runai-${version}`,
        environment: { ODD: odd, EMPTY: "" },
        command: odd,
        workingDir: "~/a b",
      };
      const { flags, container } = await submitted(lab(own), ["torch"], version, shell);
      expect(flags[version === "v1" ? "environment" : "environment-variable"]).toEqual([
        `ODD=${odd}`,
        "EMPTY=",
      ]);
      expect(container.at(-1)).toBe(odd);
      expect(flags["working-dir"]).toBe("~/a b");
    }
  });

  test.each(["bash", "dash"])(
    "shows nothing that a terminal would obey, and hands it over all the same, in %s",
    async (shell) => {
      const odd = "a\u001b[8mb 'c'\u009b2K\r\u202ed\n";
      const own = lab({ environment: { ODD: odd }, workingDir: `/x${odd.trim()}` });
      const { stdout } = await program.run(own.path, ["job", "--no-check", "torch"], user);
      expect(stdout).toMatch(/^[\n -~]+$/);
      const { flags } = await submitted(own, ["torch"], "v1", shell);
      expect(flags).toMatchObject({ environment: [`ODD=${odd}`], "working-dir": `/x${odd.trim()}` });
    },
  );

  test("has the variables of all texts replaced, in the manifest's command too, but not in one that is given", async () => {
    const own = {
      command: "python train.py --out /scratch/${user}/$RUN --as ${env:LAB_UID} ${USER:-x}",
      nodePools: ["${user}-pool"],
      setup: "/opt/${user}/enter",
    };
    const { flags, container } = await submitted(lab(own), ["torch"], "v1");
    expect(flags["node-pools"]).toBe("ann-pool");
    const command = "python train.py --out /scratch/ann/$RUN --as 1234 ${USER:-x}";
    expect(container).toEqual(["/opt/ann/enter", "bash", "-c", command]);
    const given = await submitted(lab(own), ["torch", "t1", "--", "echo ${user}"], "v1");
    expect(given.container.at(-1)).toBe("echo ${user}");
  });

  test("runs what stands behind --, words as words and one word as a line", async () => {
    const words = ["torch", "t1", "--", "python", "train.py", "--name", "it's mine", "--lr", "1"];
    expect((await submitted(lab(), words, "v1")).container.at(-1)).toBe(
      "python train.py --name 'it'\\''s mine' --lr 1",
    );
    const line = ["torch", "t1", "--", "cd x && python train.py"];
    expect((await submitted(lab(), line, "v1")).container.at(-1)).toBe("cd x && python train.py");
  });

  test("installs requirements.txt first, with pip's cache on the storage", async () => {
    const manifest = { registry: "r.io", storage: "/data/${user}", images: { torch: {} }, job };
    const path = lab({}, { "requirements.txt": "tqdm\n", "lab-images.json": JSON.stringify(manifest) });
    expect((await submitted(path, ["torch"], "v1")).container.at(-1)).toBe(
      "export PIP_CACHE_DIR=/data/ann/pip_cache_dir && pip install -r requirements.txt && python train.py",
    );
  });

  test("without a set-up script goes through the image's entry point; without a command, what the image says runs", async () => {
    const plain = await submitted(lab({ setup: undefined }), ["torch"], "v1");
    expect([plain.flags.command, plain.container]).toEqual([undefined, ["bash", "-c", "python train.py"]]);
    const none = await submitted(
      lab({ cli: "runai-v2", setup: undefined, command: undefined }),
      ["torch"],
      "v2",
    );
    expect(none.container).toEqual([]);
  });
});

test("--run starts it with the runai of the PATH, and ends with its exit code", async () => {
  const { path } = lab();
  const fake = installFakeRunai(folder().path, "v1");
  const PATH = [fake.path, process.env.PATH].join(delimiter);
  const { code, stdout } = await program.run(path, ["job", "torch", "t1", "--no-check", "--run"], {
    ...user,
    PATH,
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Submitted t1 (a fake of runai: nothing was)\n" });
  expect(JSON.parse(readFileSync(fake.record, "utf8")).name).toBe("t1");
  const v2 = await program.run(lab({ cli: "runai-v2" }).path, ["job", "torch", "--no-check", "--run"], {
    ...user,
    PATH,
  });
  expect(v2.code).toBe(1);
  expect(v2.stderr).toMatch(/^Error: unknown command "training"/);
  const none = await program.run(path, ["job", "torch", "--no-check", "--run"], {
    ...user,
    PATH: "/nowhere",
  });
  expect([none.code, none.stderr]).toEqual([
    2,
    "lab-images: runai cannot be started: it is not on the PATH; without --run the command is printed.\n",
  ]);
});

test("--run waits for what runai makes of Ctrl+C, and ends as it does", async () => {
  const { path } = lab();
  const runai = folder({
    runai: `#!/bin/sh
trap 'echo cleaning up; kill -TERM $$' INT
echo started
while :; do read line || :; done
`,
  });
  chmodSync(runai.at("runai"), 0o755);
  const PATH = [runai.path, process.env.PATH].join(delimiter);
  const args = [program.path, "job", "torch", "--no-check", "--run"];
  const env = { ...process.env, ...user, PATH };
  // In a group of its own, as a shell gives a terminal's foreground.
  const child = spawn(process.execPath, args, {
    cwd: path,
    env,
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said === "started\n") process.kill(-child.pid!, "SIGINT");
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, said }).toEqual({ code: 143, said: "started\ncleaning up\n" });
});

test("--convert takes what the image's name needs, and does not go with --run", async () => {
  const { path } = lab();
  const convert = ["job", "torch", "--no-check", "--convert", "apptainer"];
  const { code, stdout } = await program.run(path, convert, { LAB_IMAGES_USER: "ann" });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "apptainer build torch-2.1.sif docker://r.io/lab/ann/torch:2.1\n",
  });
  const nobody = await program.run(path, convert);
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("holds your user name")]);
  const both = await program.run(path, [...convert, "--run"], user);
  expect([both.code, both.stdout]).toEqual([2, ""]);
  expect(both.stderr).toMatch(/^lab-images: --run starts a job, and --convert prints a command/);
});

test.each([
  ["apptainer", "apptainer build torch-2.1.sif docker://r.io/lab/ann/torch:2.1\n"],
  ["enroot", "enroot import --output torch-2.1.sqsh 'docker://r.io#lab/ann/torch:2.1'\n"],
])("converts for %s", async (converter, line) => {
  const { code, stdout } = await program.run(
    lab().path,
    ["job", "torch", "--no-check", "--convert", converter],
    user,
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: line });
});

test.each([
  [["job"], "say which image the job is of."],
  [["job", "torch", "a", "b"], '"b" is one argument too many; the job\'s command stands behind --.'],
  [
    ["job", "torch", "--convert", "aptainer"],
    '"aptainer" is no program that images are converted for; did you mean "apptainer"?',
  ],
  [
    ["job", "torch", "My job"],
    '"My job" is no name for a job: write lower case, digits and "-", a letter first, at most 63 characters.',
  ],
  [["job", "trch"], 'there is no file, no folder and no image of the lab called "trch". Did you mean torch?'],
])("says what is wrong: %j", async (args, message) => {
  const { code, stdout, stderr } = await program.run(lab().path, args, user);
  expect({ code, stdout, first: stderr.split("\n")[0] }).toEqual({
    code: 2,
    stdout: "",
    first: `lab-images: ${message}`,
  });
});

test("Ctrl+C while the registry is asked submits nothing", async () => {
  const { path } = lab();
  const fake = installFakeRunai(folder().path, "v1");
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  try {
    const asked = new Promise((resolve) => silent.once("connection", resolve));
    const { port } = silent.address() as AddressInfo;
    const args = [program.path, "job", `127.0.0.1:${port}/lab/torch:1`, "--run"];
    const PATH = [fake.path, process.env.PATH].join(delimiter);
    const env = { ...process.env, ...user, PATH, DOCKER_HOST: "unix:///nowhere" };
    const child = spawn(process.execPath, args, { cwd: path, env, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await asked;
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(existsSync(fake.record)).toBe(false);
  } finally {
    silent.close();
  }
});

test("says which variable is not set, and prints nothing", async () => {
  const { path } = lab();
  const outcome = await program.run(path, ["job", "torch", "--no-check"], { LAB_IMAGES_USER: "ann" });
  expect(outcome).toEqual({
    code: 2,
    stdout: "",
    stderr: "lab-images: the job needs the environment variable LAB_UID, which is not set. Set LAB_UID.\n",
  });
});

test("warns of what does not keep from submitting, on standard error alone", async () => {
  const own = { ...job, command: undefined, environment: undefined, mounts: undefined, project: undefined };
  const manifest = { registry: "r.io", gpuDriver: "470.57", images: { torch: {} }, job: own };
  const { path } = lab(
    {},
    {
      "lab-images.json": JSON.stringify(manifest),
      "torch/Dockerfile": "FROM nvidia/cuda:13.0.2-devel-ubuntu22.04\n",
      "torch/requirements.txt": "tqdm\n",
    },
  );
  const { code, stdout, stderr } = await program.run(path, ["job", "torch"], {
    ...user,
    DOCKER_HOST: "unix:///nowhere",
  });
  expect([code, stdout.split(" ").slice(0, 3).join(" ")]).toEqual([0, "runai submit torch"]);
  expect(stderr).toMatch(/Whether r\.io\/torch is in its registry is not known: /);
  expect(stderr).toMatch(
    /^lab-images: torch\/requirements\.txt is not installed, as the job has no command/m,
  );
  expect(stderr).toMatch(
    /The lab's GPU driver 470\.57 cannot run the image's CUDA 13\.0\.2, which takes driver 580/,
  );
});
