import { afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { EngineFailure } from "../../../engine/failure.ts";
import type { LabBuildEvent } from "../../../engine/lab/lab-build-event.ts";
import { noCredentials } from "../../../engine/registry/credentials.ts";
import { push } from "../../../engine/registry/push.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { isRunning, until } from "../build/running-command.ts";
import { daemonSocket, hasContainerdStore, socketConnection } from "../daemon.ts";
import { makeImage, only, pushed } from "../registry/pushing.ts";
import { LabOnBed } from "./lab-on-bed.ts";

const manifest = '{ "registry": "REGISTRY" }';

describe.skipIf(!daemonSocket)("the images of a lab, built in order", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const labs: LabOnBed[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  /** `top` on `middle` on `base`, and `alone`. */
  function chain(files: Readonly<Record<string, string>> = {}, registry?: string): LabOnBed {
    const lab = new LabOnBed(
      connection,
      {
        "lab-images.json": manifest,
        "base/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN echo base > /base\n`,
        "middle/Dockerfile": "FROM REGISTRY/base\nRUN echo middle > /middle\n",
        "top/Dockerfile": "FROM REGISTRY/middle\nRUN echo top > /top\n",
        "alone/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN echo alone > /alone\n`,
        ...files,
      },
      registry,
    );
    labs.push(lab);
    return lab;
  }

  /** The images in the order in which something happened to them. */
  const order = (events: readonly LabBuildEvent[], kind: "image-started" | "image-finished") =>
    events.flatMap((event) => (event.kind === kind ? [event.image] : []));

  test("an image and all that it builds on, each behind its base; a second run builds nothing", async () => {
    const lab = chain();
    const { events, outcomes } = await lab.build(["top"]);
    expect(order(events, "image-started")).toEqual(["base", "middle", "top"]);
    expect(order(events, "image-finished")).toEqual(["base", "middle", "top"]);
    expect(outcomes).toEqual({ base: "built", middle: "built", top: "built" });
    expect(await lab.states()).toMatchObject({ alone: "not-built" });
    const again = await lab.build(["top"]);
    expect(order(again.events, "image-started")).toEqual([]);
    expect(again.outcomes).toEqual({ base: "current", middle: "current", top: "current" });
  });

  test("one that was changed is built with what is asked and builds on it, no more", async () => {
    const lab = chain();
    await lab.build("all");
    lab.write("middle/Dockerfile", "FROM REGISTRY/base\nRUN echo other > /middle\n");
    expect((await lab.build(["alone"])).outcomes).toEqual({ alone: "current" });
    expect((await lab.build(["top"])).outcomes).toEqual({ base: "current", middle: "built", top: "built" });
    const layersOf = async (name: string): Promise<string[]> =>
      (await connection.docker.getImage(lab.reference(name)).inspect()).RootFS.Layers ?? [];
    const below = await layersOf("middle");
    expect((await layersOf("top")).slice(0, below.length)).toEqual(below);
  });

  test("a Dockerfile that is changed while its base is built is built as it is then, and known as such", async () => {
    const lab = chain();
    const before = "FROM REGISTRY/base\nRUN echo middle > /middle\n";
    const seen = (event: LabBuildEvent) => {
      if (event.kind === "image-finished" && event.image === "base")
        lab.write("middle/Dockerfile", `${before}RUN echo later > /later\n`);
    };
    await lab.build(["middle"], { seen });
    expect(await lab.states()).toMatchObject({ middle: "current" });
    lab.write("middle/Dockerfile", before);
    expect(await lab.states()).toMatchObject({ middle: "stale: dockerfile" });
  });

  test("an image that others copy from is built ahead of them", async () => {
    const lab = chain({
      "all/Dockerfile": "FROM REGISTRY/base\nCOPY --from=REGISTRY/alone /alone /alone\n",
    });
    const { events } = await lab.build(["all"]);
    expect(order(events, "image-finished").sort()).toEqual(["all", "alone", "base"]);
    expect(order(events, "image-finished").at(-1)).toBe("all");
    lab.write("alone/Dockerfile", `FROM ${BUSYBOX_BASE}\nRUN echo other > /alone\n`);
    expect(await lab.states()).toMatchObject({ all: "stale: base", base: "current" });
  });

  test("what builds on a failure is skipped, and what does not is built", async () => {
    const lab = chain({ "base/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN echo far && exit 3\n` });
    const { outcomes, results } = await lab.build("all");
    expect(outcomes).toEqual({
      base: "build-failed",
      middle: "skipped because of base",
      top: "skipped because of middle",
      alone: "built",
    });
    expect(results.get("base")).toMatchObject({
      failure: { cause: "dockerfile", exitCode: 3, output: ["far"], lines: { start: 2, end: 2 } },
    });
  });

  test("images that do not build on each other go on side by side, as far as there is room", async () => {
    const lab = chain();
    const { events } = await lab.build(["base", "alone"], { atOnce: 2 });
    const begins = (each: readonly LabBuildEvent[]) =>
      each.flatMap(({ kind }) => (kind.startsWith("image-") ? [kind] : []));
    expect(begins(events).slice(0, 2)).toEqual(["image-started", "image-started"]);
    const { events: one } = await lab.build(["base", "alone"], { atOnce: 1, force: true });
    const each = ["image-started", "image-finished"];
    expect(begins(one)).toEqual([...each, ...each]);
  });

  test("cancelled, it ends what is under way and does not begin the rest", async () => {
    const seconds = `${8000 + (process.pid % 1000)}.25`;
    const lab = chain({
      "base/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN sleep ${seconds}\n`,
      "later/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN echo later > /later\n`,
    });
    const abort = new AbortController();
    const building = lab.build("all", { atOnce: 1, signal: abort.signal });
    await until(() => isRunning("sleep", seconds), 20_000);
    abort.abort();
    const { outcomes, results } = await building;
    expect(outcomes).toEqual({
      alone: "built",
      base: "build-failed",
      later: "skipped",
      middle: "skipped because of base",
      top: "skipped because of middle",
    });
    expect(results.get("base")).toMatchObject({ failure: { cause: "cancelled" } });
    await until(() => !isRunning("sleep", seconds), 20_000);
  });

  test("left early, it ends what is under way", async () => {
    const seconds = `${9000 + (process.pid % 1000)}.25`;
    const lab = chain({ "base/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN sleep ${seconds}\n` });
    const stop = new Error("enough");
    const isSleeping = (event: LabBuildEvent) =>
      event.kind === "build" &&
      event.event.kind === "step" &&
      event.event.step.state === "running" &&
      event.event.step.name.includes("sleep");
    const leaving = lab.build(["top"], {
      seen: (event) => {
        if (isSleeping(event)) throw stop;
      },
    });
    await expect(leaving).rejects.toBe(stop);
    await until(() => !isRunning("sleep", seconds), 20_000);
  });

  test("pull looks for a newer base of the lowest image, and leaves the lab's own where they are", async () => {
    const registry = await startRegistry();
    try {
      const outside = `${registry.host}/outside/base:1`;
      const publish = async (): Promise<string> => {
        await makeImage(outside);
        const { outcome } = await pushed(push(connection, outside, { credentials: noCredentials }));
        if (!outcome.ok) throw new Error(outcome.what);
        return outcome.digest;
      };
      await publish();
      const lab = chain({
        "base/Dockerfile": `FROM ${outside}\nCOPY a.txt /\n`,
        "base/a.txt": "a\n",
        "middle/Dockerfile": "FROM REGISTRY/base\nCOPY a.txt /b\n",
        "middle/a.txt": "a\n",
      });
      await lab.build(["middle"]);
      const old = (await connection.docker.getImage(outside).inspect()).Id;
      const digest = await publish();
      const [repo, tag] = [outside.slice(0, -2), "1"];
      await connection.docker.getImage(old).tag({ repo, tag });
      const pull = () => lab.build(["middle"], { asked: { pull: true } });
      expect((await pull()).outcomes).toEqual({ base: "built", middle: "built" });
      expect((await lab.labels("base"))["org.opencontainers.image.base.digest"]).toBe(digest);
      const ids = [await lab.id("base"), await lab.id("middle")];
      expect((await pull()).outcomes).toEqual({ base: "built", middle: "current" });
      expect([await lab.id("base"), await lab.id("middle")]).toEqual(ids);
    } finally {
      await registry.stop();
    }
  });

  test("an unknown name says which one was meant, a cycle is none's fault but its own", async () => {
    const lab = chain({
      "left/Dockerfile": "FROM REGISTRY/right\n",
      "right/Dockerfile": "FROM REGISTRY/left\n",
    });
    await expect(lab.build(["midle"])).rejects.toThrow(/no image midle .*Did you mean middle\?/);
    const { events, outcomes } = await lab.build(["left", "base"]);
    expect(events.slice(0, 2)).toMatchObject([
      { kind: "blocked", image: "left", failure: { what: "left builds on itself (left → right → left)" } },
      { kind: "planned" },
    ]);
    expect(outcomes).toEqual({ base: "built" });
  });

  test("files that cannot be read are told, and the rest is built", async () => {
    const lab = chain({ "broken/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN echo whole > /whole\n` });
    await lab.build(["broken"]);
    lab.write("broken/Dockerfile", `FROM ${BUSYBOX_BASE}\nCOPY [ab /\n`);
    const what = expect.stringMatching(/^the files that broken copies from .* cannot be read$/);
    expect(await lab.state("broken")).toMatchObject({ state: "blocked", failure: { what } });
    expect((await lab.build(["broken", "base"])).outcomes).toEqual({ base: "built" });
    lab.write("other/Dockerfile", `FROM ${BUSYBOX_BASE}\nCOPY [ab /\n`);
    // Of an image that was never built nothing is read ahead of its turn.
    const { outcomes, results } = await lab.build(["other", "alone"]);
    expect(outcomes).toEqual({ other: "build-failed", alone: "built" });
    expect(results.get("other")).toMatchObject({
      failure: { cause: "request", what: expect.stringMatching(/^the files that other copies from /) },
    });
  });

  describe("pushed to a registry that wants a password", () => {
    let registry: Registry;
    beforeAll(async () => {
      registry = await startRegistry({ users: { ada: "pw-of-ada" } });
      return () => registry.stop();
    });
    const login = (password = "pw-of-ada") => only(registry.host, "ada", password);
    const pushes = (events: readonly LabBuildEvent[]) => [
      ...new Set(events.flatMap((event) => (event.kind === "push" ? [event.image] : []))),
    ];

    test("only what was built is pushed, and the digests are the registry's", async () => {
      const lab = chain({}, registry.host);
      const first = await lab.build(["middle"], { push: true, credentials: login() });
      expect(pushes(first.events).sort()).toEqual(["base", "middle"]);
      const built = first.results.get("middle");
      if (built?.kind !== "built") throw new Error(`middle is ${built?.kind}`);
      // With containerd's image store it is the image's id, and says nothing of a push: all is pushed again.
      const { image, pushed } = await lab.state("middle");
      expect(built.digests).toEqual([hasContainerdStore ? image?.id : pushed]);
      const path = lab.reference("middle").slice(registry.host.length + 1);
      const answer = await fetch(`http://${registry.host}/v2/${path}/manifests/${built.digests[0]}`, {
        headers: { Authorization: `Basic ${Buffer.from("ada:pw-of-ada").toString("base64")}` },
      });
      expect(answer.status).toBe(200);

      lab.write("middle/Dockerfile", "FROM REGISTRY/base\nRUN echo other > /middle\n");
      const second = await lab.build(["top"], { push: true, credentials: login() });
      expect(second.outcomes).toEqual({
        base: hasContainerdStore ? "pushed" : "current",
        middle: "built",
        top: "built",
      });
      const all = hasContainerdStore ? ["base", "middle", "top"] : [];
      expect(pushes(second.events).sort()).toEqual(hasContainerdStore ? all : ["middle", "top"]);
      const third = await lab.build(["top"], { push: true, credentials: login() });
      expect(pushes(third.events).sort()).toEqual(all);
    });

    test("what is up to date and never was pushed is pushed alone", async () => {
      const lab = chain({}, registry.host);
      await lab.build(["middle"]);
      const { outcomes, events } = await lab.build(["middle"], { push: true, credentials: login() });
      expect(outcomes).toEqual({ base: "pushed", middle: "pushed" });
      expect(events.some(({ kind }) => kind === "build")).toBe(false);
    });

    test("a wrong password is found out before anything is built", async () => {
      const lab = chain({}, registry.host);
      const building = lab.build(["middle"], { push: true, credentials: login("wrong") });
      const failure = await building.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(EngineFailure);
      expect((failure as EngineFailure).details.cause).toBe("registry-auth");
      expect(await lab.states()).toMatchObject({ base: "not-built" });
    });

    test("a push that fails leaves the image there, and what builds on it is built", async () => {
      const lab = chain({}, registry.host);
      // The probe comes first, the pushes find another password.
      let asked = 0;
      const credentials = {
        get: (host: string) => login(asked++ === 0 ? undefined : "wrong").get(host),
      };
      const { outcomes, results } = await lab.build(["middle"], { push: true, credentials });
      expect(outcomes).toEqual({ base: "push-failed", middle: "push-failed" });
      expect(results.get("middle")).toMatchObject({
        result: { ok: true },
        failure: { cause: "registry-auth" },
      });
      expect(await lab.states()).toMatchObject({ base: "current", middle: "current" });
    });

    test("of two names the one whose push failed is pushed the next time", async () => {
      const other = await startRegistry({ users: { ada: "pw-of-ada" } });
      const second = `${other.host}/tool:1`;
      onTestFinished(async () => {
        await connection.docker
          .getImage(second)
          .remove()
          .catch(() => {});
        await other.stop();
      });
      const lab = new LabOnBed(
        connection,
        {
          build: `docker build -t REGISTRY/tool:1 -t ${second} tool\n`,
          "tool/Dockerfile": `FROM ${BUSYBOX_BASE}\nRUN echo tool > /tool\n`,
        },
        registry.host,
      );
      labs.push(lab);
      // The probe comes first, the push finds another password.
      let asked = 0;
      const withOther = (password: () => string) => ({
        get: (host: string) => (host === other.host ? only(host, "ada", password()) : login()).get(host),
      });
      const failing = withOther(() => (asked++ === 0 ? "pw-of-ada" : "wrong"));
      const first = await lab.build(["tool"], { push: true, credentials: failing });
      expect(first.outcomes).toEqual({ tool: "push-failed" });
      expect((await lab.state("tool")).pushed).toBeUndefined();
      const right = withOther(() => "pw-of-ada");
      const { outcomes } = await lab.build(["tool"], { push: true, credentials: right });
      expect(outcomes).toEqual({ tool: "pushed" });
      const answer = await fetch(`http://${other.host}/v2/tool/manifests/1`, {
        headers: {
          Accept: "*/*",
          Authorization: `Basic ${Buffer.from("ada:pw-of-ada").toString("base64")}`,
        },
      });
      expect(answer.status).toBe(200);
    });
  });
});
