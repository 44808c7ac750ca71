import { cancelBuildCommand } from "../builds/build-commands.ts";
import { runsToCancel } from "../builds/pick-run.ts";
import type { Command } from "./command.ts";

/** Cancels builds: those of the Dockerfile that a menu hands over, the only one, or one that the user picks; gives how many. */
export const cancelBuild: Command = {
  id: cancelBuildCommand,
  async run({ builds: { runs } }, subject): Promise<number> {
    const chosen = await runsToCancel(runs, subject);
    for (const run of chosen) run.cancel();
    return chosen.length;
  },
};
