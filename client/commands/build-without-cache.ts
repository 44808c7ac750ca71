import { chooseDockerfile } from "../builds/choose-dockerfile.ts";
import type { Command } from "./command.ts";

/** Builds the image of a Dockerfile with every step run anew; gives what came of it, undefined where none was chosen. */
export const buildWithoutCache: Command = {
  id: "labImages.image.buildWithoutCache",
  async run({ builds }, subject) {
    const dockerfile = await chooseDockerfile(subject);
    return dockerfile && builds.build(dockerfile, { pushes: false, noCache: true });
  },
};
