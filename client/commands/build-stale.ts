import * as vscode from "vscode";
import type { ImageOutcome } from "../../engine/lab/lab-build-event.ts";
import { buildStaleCommand } from "../builds/build-commands.ts";
import { chooseLab } from "../builds/choose-lab.ts";
import { refuseUntrustedBuild } from "../builds/refuse-untrusted.ts";
import type { Command } from "./command.ts";

/** Builds the images of a lab that are stale or not built; gives what came of each by its name, undefined without a lab. */
export const buildStaleImages: Command = {
  id: buildStaleCommand,
  async run({ builds, labs }, subject): Promise<Readonly<Record<string, ImageOutcome>> | undefined> {
    refuseUntrustedBuild();
    const root = subject instanceof vscode.Uri ? subject : await chooseLab(await labs.all());
    return root && Object.fromEntries(await builds.buildStale(root, { pushes: false }));
  },
};
