import { describe, expect, onTestFinished, test } from "vitest";
import { EngineFailure } from "../../../engine/failure.ts";
import { findImage, inspectImage } from "../../../engine/images/inspect-image.ts";
import { listImages } from "../../../engine/images/list-images.ts";
import { removeImage } from "../../../engine/images/remove-image.ts";
import { tagImage } from "../../../engine/images/tag-image.ts";
import { watchImages } from "../../../engine/images/watch-images.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonSocket, hasContainerdStore, socketConnection } from "../daemon.ts";

async function failureOf(promise: Promise<unknown>): Promise<EngineFailure> {
  const failure = await promise.catch((error: unknown) => error);
  if (!(failure instanceof EngineFailure)) return expect.unreachable(`not a failure: ${failure}`);
  return failure;
}

describe.skipIf(!daemonSocket)("images of a daemon", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const { docker } = connection;
  const bed = dockerClient(daemonSocket ?? "");

  async function build(tag: string, lines: string): Promise<void> {
    const result = await bed.build(`FROM ${BUSYBOX_BASE}\n${lines}`, { tag });
    if (!result.ok) throw new Error(result.error);
    onTestFinished(() => removeImage(connection, tag, { force: true }).catch(() => {}) as Promise<void>);
  }

  async function container(image: string, command: string[]): Promise<string> {
    const made = await docker.createContainer({
      Image: image,
      Cmd: command,
      HostConfig: { NetworkMode: "none" },
    });
    onTestFinished(() => made.remove({ force: true }) as Promise<void>);
    await made.start();
    return made.id.slice(0, 12);
  }

  test("the list has names, times, sizes and labels, and can be narrowed", async () => {
    const start = Date.now();
    await build("lab/listed:v1", 'LABEL org.lab="a b"\nRUN echo listed > /x\n');
    await tagImage(connection, "lab/listed:v1", "lab/listed:v2");
    const [image, ...others] = await listImages(connection, { names: ["lab/listed"] });
    expect(others).toEqual([]);
    // Containerd's image store knows an image's digest in every repository, pushed or not.
    const digests = hasContainerdStore ? [`lab/listed@${image?.id}`] : [];
    expect(image).toMatchObject({ labels: { "org.lab": "a b" }, digests });
    expect([...(image?.names ?? [])].sort()).toEqual(["lab/listed:v1", "lab/listed:v2"]);
    expect(image?.created).toBeGreaterThan(start - 60_000);
    expect(image?.size).toBeGreaterThan(1_000_000);
    expect((await listImages(connection)).length).toBeGreaterThan(1);
    expect(await listImages(connection, { names: ["lab/no-such"] })).toEqual([]);
    await removeImage(connection, "lab/listed:v2");
  });

  test("its size is the same wherever it is told: all of its layers, unpacked", async () => {
    await build("lab/sized:v1", "RUN head -c 3000000 /dev/zero > /zeros\n");
    const [listed] = await listImages(connection, { names: ["lab/sized"] });
    const history = (await bed.history("lab/sized:v1")).reduce((sum, { Size }) => sum + Size, 0);
    expect((await inspectImage(connection, "lab/sized:v1")).size).toBe(history);
    expect(listed?.size).toBe(history);
    expect(history).toBeGreaterThan(4_000_000);
  });

  test("an image's configuration", async () => {
    await build(
      "lab/inspected:v1",
      'ENV A=1\nUSER 7\nWORKDIR /work\nENTRYPOINT ["sh", "-c"]\nCMD ["true"]\nRUN true\n',
    );
    expect(await inspectImage(connection, "lab/inspected:v1")).toMatchObject({
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      names: ["lab/inspected:v1"],
      platform: expect.stringMatching(/^linux\//),
      env: expect.arrayContaining(["A=1"]),
      entrypoint: ["sh", "-c"],
      command: ["true"],
      user: "7",
      workingFolder: "/work",
    });
  });

  test("what is not there", async () => {
    for (const work of [
      () => inspectImage(connection, "lab/none:v1"),
      () => tagImage(connection, "lab/none:v1", "lab/other:v1"),
      () => removeImage(connection, "lab/none:v1"),
    ])
      expect((await failureOf(work())).details).toMatchObject({
        cause: "request",
        said: expect.stringMatching(/no such image/i),
        next: "Check the name and the tag, or build or pull the image first",
      });
    expect((await failureOf(tagImage(connection, BUSYBOX_BASE, "lab/Case"))).details.what).toBe(
      '"lab/Case" is no name of an image',
    );
  });

  test("what can be no name is asked for as one", async () => {
    for (const name of ["Ubuntu 22.04 LTS", `get?names=${BUSYBOX_BASE}&x=`, "Basis-Image für alle"])
      expect(await findImage(connection, name)).toBeUndefined();
  });

  test("a name goes, and the image with its last one", async () => {
    await build("lab/gone:v1", "RUN echo gone > /x\n");
    await tagImage(connection, "lab/gone:v1", "lab/gone");
    expect(await removeImage(connection, "lab/gone:latest")).toEqual({
      untagged: ["lab/gone:latest"],
      deleted: [],
    });
    const last = await removeImage(connection, "lab/gone:v1");
    expect(last.untagged).toEqual(["lab/gone:v1"]);
    expect(last.deleted).toContainEqual(expect.stringMatching(/^sha256:/));
  });

  test("an image that a container uses", async () => {
    await build("lab/used:v1", "RUN echo used > /x\n");
    const { id } = await inspectImage(connection, "lab/used:v1");
    const user = await container("lab/used:v1", ["sleep", "600"]);
    expect((await failureOf(removeImage(connection, id, { force: true }))).details).toMatchObject({
      cause: "request",
      what: `cannot remove ${id} on bed`,
      next: `Stop the container ${user} that runs it, and remove it first`,
    });
    await docker.getContainer(user).stop({ t: 0 });
    expect((await failureOf(removeImage(connection, "lab/used:v1"))).details.next).toBe(
      `Remove the stopped container ${user} first, or force it`,
    );
  });

  test("an image with several names, by its id", async () => {
    await build("lab/twice:v1", "RUN echo twice > /x\n");
    await tagImage(connection, "lab/twice:v1", "lab/again:v1");
    const { id } = await inspectImage(connection, "lab/twice:v1");
    expect((await failureOf(removeImage(connection, id))).details.next).toBe(
      "Remove it by each of its names, or force it",
    );
    expect((await removeImage(connection, id, { force: true })).untagged).toHaveLength(2);
  });

  test("whoever watches is told of names that come and go", async () => {
    const end = new AbortController();
    onTestFinished(() => end.abort());
    let told = 0;
    watchImages(connection, end.signal, () => told++);
    // Nothing says that the daemon listens: the first name may be too early.
    await expect
      .poll(async () => {
        await tagImage(connection, BUSYBOX_BASE, "lab/watched:v1");
        return told;
      })
      .toBeGreaterThan(0);
    const before = told;
    await removeImage(connection, "lab/watched:v1");
    await expect.poll(() => told).toBeGreaterThan(before);
  });

  test("a daemon that is not there", async () => {
    const gone = socketConnection("/tmp/no-such-socket");
    expect((await failureOf(listImages(gone))).details.cause).toBe("no-daemon");
  });
});
