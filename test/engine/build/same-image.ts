import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { Connection } from "../../../engine/connection/connection.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { ContextMaker } from "./context-maker.ts";
import { dockerBuild } from "./docker-cli.ts";
import { type ImageContent, imageContent } from "./image-content.ts";
import { runBuild } from "./run-build.ts";
import type { SameImageCase } from "./same-image-cases.ts";

/**
 * Builds a case here and with docker's client, every layer anew, and expects the same image.
 *
 * @param connection the way to the daemon that the engine gets
 * @param socket the daemon's own
 * @param scratch a folder for this case alone
 */
export async function expectSameImage(
  connection: Connection,
  socket: string,
  scratch: string,
  each: SameImageCase,
  builder: "BuildKit" | "classic",
): Promise<void> {
  const context = join(scratch, "context");
  const dockerfile = join(context, each.dockerfileAt ?? "Dockerfile");
  mkdirSync(dirname(dockerfile), { recursive: true });
  mkdirSync(context, { recursive: true });
  const make = new ContextMaker(context);
  await each.context(make);
  const text = each.whole ? each.dockerfile : `FROM ${BUSYBOX_BASE}\n${each.dockerfile}`;
  make.file(each.dockerfileAt ?? "Dockerfile", `${text}\n`);
  make.finish();

  const since = Date.now();
  const [ours, theirs] = ["lab/same:ours", "lab/same:theirs"];
  const { error, failure } = await runBuild(connection, {
    context,
    dockerfile,
    tags: [ours],
    noCache: true,
    ...each.request,
  });
  expect({ error, failure }).toEqual({ error: undefined, failure: undefined });
  const options = ["--no-cache", "-f", dockerfile, "-t", theirs, ...(each.args ?? [])];
  await dockerBuild(socket, join(scratch, "docker-config"), [...options, context], builder);
  const [ourContent, theirContent] = await Promise.all(
    [ours, theirs].map((image) => imageContent(connection, image, since, 1)),
  );
  // Docker's client sends the classic builder no folder that an ignore file leaves out but for a file in it.
  const compared = builder === "classic" ? withoutFolderTimes : (content: ImageContent) => content;
  expect(compared(ourContent!)).toEqual(compared(theirContent!));
  const docker = dockerClient(socket);
  for (const image of [ours, theirs]) await docker.remove(image);
}

function withoutFolderTimes(content: ImageContent): ImageContent {
  const layers = content.layers.map((layer) =>
    layer.map((line) => line.replace(/( directory .*) \S+$/, "$1")),
  );
  return { ...content, layers };
}
