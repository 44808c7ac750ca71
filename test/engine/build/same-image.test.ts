import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonRelease, daemonSocket, socketConnection } from "../daemon.ts";
import { ContextMaker } from "./context-maker.ts";
import { dockerBuild, hasDockerCli } from "./docker-cli.ts";
import { imageContent } from "./image-content.ts";
import { runBuild } from "./run-build.ts";
import { sameImageCases } from "./same-image-cases.ts";

/** Neither client may be given what the other one built: every layer is made anew. */
const anew = { noCache: true } as const;

describe.skipIf(!daemonSocket || !hasDockerCli)("the same image as docker build makes", () => {
  const socket = daemonSocket ?? "";
  const connection = socketConnection(socket);
  const docker = dockerClient(socket);
  let scratch = "";

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "lab-same-image-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const cases = sameImageCases
    .map((each, index) => ({ ...each, index }))
    .filter(({ notNewer, onlyNewer }) => !(daemonRelease ? notNewer : onlyNewer));
  test.for(cases)("$name", async ({ index, ...each }) => {
    const context = join(scratch, String(index), "context");
    const dockerfile = join(context, each.dockerfileAt ?? "Dockerfile");
    mkdirSync(dirname(dockerfile), { recursive: true });
    mkdirSync(context, { recursive: true });
    const make = new ContextMaker(context);
    await each.context(make);
    const text = each.whole ? each.dockerfile : `FROM ${BUSYBOX_BASE}\n${each.dockerfile}`;
    make.file(each.dockerfileAt ?? "Dockerfile", `${text}\n`);
    make.finish();

    const since = Date.now();
    const [ours, theirs] = [`lab/ours:${index}`, `lab/theirs:${index}`];
    const { error, failure } = await runBuild(connection, {
      context,
      dockerfile,
      tags: [ours],
      ...anew,
      ...each.request,
    });
    expect({ error, failure }).toEqual({ error: undefined, failure: undefined });
    const options = ["--no-cache", "-f", dockerfile, "-t", theirs, ...(each.args ?? [])];
    await dockerBuild(socket, join(scratch, "docker-config"), [...options, context]);
    const ourContent = await imageContent(connection, ours, since, 1);
    expect(ourContent).toEqual(await imageContent(connection, theirs, since, 1));
    for (const image of [ours, theirs]) await docker.remove(image);
  });
});
