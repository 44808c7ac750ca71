import { showBuildsCommand } from "../builds/build-commands.ts";
import { pickRunToShow } from "../builds/pick-run.ts";
import type { Command } from "./command.ts";

/** Shows what a build prints, of those that go on or the last one; gives whether there was one. */
export const showBuilds: Command = {
  id: showBuildsCommand,
  async run({ builds }): Promise<boolean> {
    const { runs } = builds;
    const run = runs.running.length > 0 ? await pickRunToShow(runs) : runs.last;
    return run !== undefined && builds.reveal(run);
  },
};
