import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { refuseUntrustedBuild } from "../builds/refuse-untrusted.ts";
import type { StaleOutcome } from "../builds/run-build.ts";
import { pickLab } from "../labs/pick-lab.ts";
import type { Command } from "./command.ts";

/** Builds the images of a lab that are stale or not built; gives what came of each by its name, undefined without a lab. */
export const buildStaleImages: Command = {
  id: "labImages.lab.buildStale",
  isOfLab: true,
  async run({ builds, labs }, subject): Promise<Readonly<Record<string, StaleOutcome>> | undefined> {
    refuseUntrustedBuild();
    const root = subject instanceof vscode.Uri ? subject : await chooseRoot(await labs.all());
    return root && Object.fromEntries(await builds.buildStale(root, { pushes: false }));
  },
};

async function chooseRoot(labs: readonly Lab[]): Promise<vscode.Uri | undefined> {
  if (labs.length === 0)
    throw new Error(vscode.l10n.t("There is no image in this workspace. Open a folder with a Dockerfile."));
  const lab = await pickLab(labs, vscode.l10n.t("The lab whose stale images are built"));
  return lab && vscode.Uri.file(lab.root);
}
