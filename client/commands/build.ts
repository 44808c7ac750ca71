import { buildCommand } from "../../server/protocol.ts";
import { chooseDockerfile } from "../builds/choose-dockerfile.ts";
import type { Command } from "./command.ts";

/** Builds the image of a Dockerfile; gives what came of it, undefined where no Dockerfile was chosen. */
export const buildImage: Command = {
  id: buildCommand,
  async run({ builds }, subject) {
    const dockerfile = await chooseDockerfile(subject);
    return dockerfile && builds.build(dockerfile, { pushes: false });
  },
};
