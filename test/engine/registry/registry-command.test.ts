import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFakeHarbor } from "../../bed/fake-harbor.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { addTags, putImage, putIndex } from "../../bed/registry-content.mjs";
import { useFolders, useProgram } from "../../cli/program.ts";
import { atTerminal } from "../at-terminal.ts";
import { daemonSocket } from "../daemon.ts";
import { DockerHome } from "./docker-home.ts";

describe.skipIf(!daemonSocket)("lab-images registry ls", () => {
  const program = useProgram("real");
  const folder = useFolders();
  const home = new DockerHome();
  const storage = mkdtempSync(join(tmpdir(), "lab-registry-storage-"));
  let open: Registry;
  let closed: Registry;
  let image: Awaited<ReturnType<typeof putImage>>;
  let index: Awaited<ReturnType<typeof putIndex>>;

  beforeAll(async () => {
    [open, closed] = await Promise.all([
      startRegistry({ storage }),
      startRegistry({ storage, users: { ada: "pw-of-ada" } }),
    ]);
    image = await putImage(open.host, "lab/ada/base", "ssh", { environment: ["CUDA_VERSION=12.2.2"] });
    index = await putIndex(open.host, "lab/ada/pytorch", "v1", ["amd64", "arm64"]);
    await putImage(open.host, "lab/ada/old", "2020", { created: "1980-01-01T00:00:01Z" });
    home.writeConfig({
      auths: { [closed.host]: { auth: Buffer.from("ada:pw-of-ada").toString("base64") } },
    });
  });

  afterAll(async () => {
    await Promise.all([open, closed].map((each) => each?.stop()));
    rmSync(storage, { recursive: true, force: true });
    home.remove();
  });

  /** No docker command on this PATH, and no daemon. */
  const env = (more: Readonly<Record<string, string>> = {}) => ({
    HOME: home.folder,
    PATH: "",
    DOCKER_HOST: "unix:///nowhere.sock",
    DOCKER_CONFIG: home.env.DOCKER_CONFIG ?? "",
    ...more,
  });
  const ls = (args: readonly string[], where = folder().path, more: Readonly<Record<string, string>> = {}) =>
    program.run(where, ["registry", "ls", ...args], env(more));

  test("a repository's tags, with docker's login where one is wanted", async () => {
    for (const { host } of [open, closed])
      expect(await ls([`${host}/lab/ada/base`])).toEqual({
        code: 0,
        stdout: `${host}/lab/ada/base\n  ssh\n`,
        stderr: "",
      });
  });

  test("--long says what is under each", async () => {
    const { stdout } = await ls(["--long", `${open.host}/lab/ada/pytorch`]);
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/).filter(Boolean));
    expect(lines[1]).toEqual([
      "v1",
      index.digest.slice(0, 19),
      `${index.images[0]?.pulled}B`,
      "2026-11-01",
      "linux/amd64,linux/arm64",
      "-",
    ]);
    const one = await ls([`${open.host}/lab/ada/base:ssh`]);
    expect(one.stdout).toContain(
      `${image.digest.slice(0, 19)}  ${image.pulled}B  2026-11-01  linux/amd64  CUDA 12.2.2\n`,
    );
    // What buildpacks write in the place of a date is none.
    expect((await ls(["-l", `${open.host}/lab/ada/old`])).stdout).toMatch(/B {2}- +linux\/amd64/);
  });

  test("--json has the digest in full", async () => {
    const { stdout } = await ls(["--json", "--long", `${open.host}/lab/ada/base`]);
    expect(JSON.parse(stdout)).toEqual({
      repositories: [
        {
          repository: `${open.host}/lab/ada/base`,
          tags: [
            {
              tag: "ssh",
              digest: image.digest,
              platforms: ["linux/amd64"],
              size: image.pulled,
              created: "2026-11-01T10:00:00Z",
              cuda: "12.2.2",
              labels: {},
            },
          ],
        },
      ],
    });
  });

  test("--long goes on past a tag whose image is gone", async () => {
    const { digest } = await putImage(open.host, "some/image", "v2");
    await addTags(storage, "some/image", `sha256:${"0".repeat(64)}`, ["v1"]);
    const { code, stdout } = await ls(["-l", `${open.host}/some/image`]);
    expect(code).toBe(0);
    const [, gone, there] = stdout.split("\n");
    expect(gone).toMatch(/^ {2}v1 +cannot look up .*\/some\/image:v1: manifest unknown\. Check the name/);
    expect(there).toContain(`v2  ${digest.slice(0, 19)}`);
  });

  test("what is below a path", async () => {
    const { stdout } = await ls([`${open.host}/lab/ada/`]);
    expect(stdout.split("\n").filter((line) => line.startsWith("127"))).toEqual(
      ["base", "old", "pytorch"].map((name) => `${open.host}/lab/ada/${name}`),
    );
  });

  test("what there is of the lab's images", async () => {
    const { path } = folder({
      "lab-images.json": JSON.stringify({
        registry: `${closed.host}/lab/\${user}`,
        images: { base: { tag: "ssh" }, later: { tag: "v1" } },
      }),
      "base/Dockerfile": "FROM ubuntu:22.04\n",
      "later/Dockerfile": "FROM ubuntu:22.04\n",
    });
    const { code, stdout } = await ls([], path, { LAB_IMAGES_USER: "ada" });
    expect(code).toBe(0);
    expect(stdout).toContain(`${closed.host}/lab/ada/base\n  ssh\n`);
    expect(stdout).toContain(`${closed.host}/lab/ada/later: not in the registry\n`);
    // The catalogue has it, though the lab does not.
    expect(stdout).toContain(`${closed.host}/lab/ada/pytorch\n`);
    expect(await ls([], path)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Set LAB_IMAGES_USER to your name in the lab."),
    });
  });

  test("a Harbor (a fake one) is asked by its own API: dates of pushes, and only what is below the path", async () => {
    const harbor = await startFakeHarbor({
      users: { ada: "secret-of-ada" },
      mode: "oidc_auth",
      repositories: {
        "cvlab/ada/base": [
          { tags: ["ssh"], pushed: "2026-11-20T08:00:00Z", environment: ["CUDA_VERSION=12.2.2"] },
        ],
        "cvlab/bob/base": [{ tags: ["v1"], pushed: "2026-11-20T08:00:00Z" }],
      },
    });
    const other = new DockerHome();
    other.writeConfig({
      auths: { [harbor.host]: { auth: Buffer.from("ada:secret-of-ada").toString("base64") } },
    });
    try {
      const config = { DOCKER_CONFIG: other.env.DOCKER_CONFIG ?? "" };
      const { code, stdout } = await ls(["--long", `${harbor.host}/cvlab/ada/`], undefined, config);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        new RegExp(
          `^${harbor.host}/cvlab/ada/base\n {2}ssh {2}sha256:[0-9a-f]{12} {2}1\\.23GB {2}2026-11-20 {2}linux/amd64 {2}CUDA 12\\.2\\.2\n$`,
        ),
      );
    } finally {
      await harbor.stop();
      other.remove();
    }
  });

  test("not logged in: exit code 4, and what to do", async () => {
    const other = new DockerHome();
    const outcome = await ls([`${closed.host}/lab/ada/base`], undefined, {
      DOCKER_CONFIG: other.env.DOCKER_CONFIG ?? "",
    });
    other.remove();
    expect(outcome).toMatchObject({
      code: 4,
      stdout: "",
      stderr: expect.stringContaining(`Log in to ${closed.host} (lab-images login ${closed.host})`),
    });
  });

  test.each([
    [["127.0.0.1:1/lab/x"], 1, /^lab-images: cannot list the tags of 127\.0\.0\.1:1\/lab\/x: .*ECONNREFUSED/],
    [["Not/AName"], 2, /is no name of an image/],
    [[], 2, /no lab here says what its registry is/],
    [["a", "b"], 2, /"b" is one argument too many/],
    [["--lnog"], 2, /did you mean "--long"/],
  ])("%j ends with %i", async (args, expected, message) => {
    const { code, stdout, stderr } = await ls(args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("a registry that tells nobody what it has", async () => {
    const other = new DockerHome();
    const { code, stderr } = await ls([`${closed.host}/lab/`], undefined, {
      DOCKER_CONFIG: other.env.DOCKER_CONFIG ?? "",
    });
    other.remove();
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^lab-images: cannot read the list of images of .* Log in to .*\. Or name an image: many/,
    );
  });

  test("a tag is deleted once somebody agrees, who is told of the image's other tags", async () => {
    const { digest } = await putImage(open.host, "lab/deleted", "v1");
    await addTags(storage, "lab/deleted", digest, ["latest"]);
    const reference = `${open.host}/lab/deleted:v1`;
    const rm = (args: readonly string[]) => program.run(folder().path, ["registry", "rm", ...args], env());
    expect(await rm([reference])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /nobody sits at a terminal .*latest may go with it.*Add --yes to delete it/,
      ),
    });
    const command = [process.execPath, program.path, "registry", "rm", reference];
    const refused = await atTerminal(command, env(), [[/\(yes\/no\)/, "n\r"]]);
    expect(refused.code).toBe(130);
    expect((await ls([`${open.host}/lab/deleted`])).stdout).toContain("v1");
    const agreed = await atTerminal(command, env(), [[/latest may go with it.*\(yes\/no\)/s, "yes\r"]]);
    expect(agreed).toMatchObject({ code: 0, screen: expect.stringContaining(`Deleted ${reference}`) });
    expect((await ls([`${open.host}/lab/deleted`])).stdout).not.toContain("v1");
    expect(await rm(["--yes", reference])).toMatchObject({ code: 1 });
    expect(await rm(["--yes", `${open.host}/lab/deleted`])).toMatchObject({ code: 2 });
  });

  test("localhost of an ssh host is that host's own registry: nothing is deleted in this machine's", async () => {
    await putImage(open.host, "lab/kept", "v1");
    const reference = `${open.host.replace("127.0.0.1", "localhost")}/lab/kept:v1`;
    const args = ["registry", "rm", "--yes", "--host", "ssh://nobody@nowhere.invalid", reference];
    const sshNeeds = { PATH: process.env.PATH ?? "" };
    expect(await program.run(folder().path, args, env(sshNeeds))).toMatchObject({ code: 3, stdout: "" });
    expect((await ls([`${open.host}/lab/kept`])).stdout).toContain("v1");
  });

  test("no such repository, and no such action", async () => {
    expect(await ls([`${open.host}/lab/none`])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Check the name"),
    });
    expect(await program.run(folder().path, ["registry", "delete"], env())).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^lab-images: registry has "ls", "rm", "start", "stop", not "delete"\.\n\nUsage: /,
      ),
    });
  });
});
