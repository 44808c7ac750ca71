import { buildAndPushCommand } from "../../server/protocol.ts";
import { chooseDockerfile } from "../builds/choose-dockerfile.ts";
import type { Command } from "./command.ts";

/** Builds the image of a Dockerfile and pushes it under each of its names. */
export const buildAndPushImage: Command = {
  id: buildAndPushCommand,
  async run({ builds }, subject) {
    const dockerfile = await chooseDockerfile(subject);
    return dockerfile && builds.build(dockerfile, { pushes: true });
  },
};
