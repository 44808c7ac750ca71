import { join } from "node:path";
import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { manifestName } from "../../core/lab/manifest.ts";
import { pickLab } from "../labs/pick-lab.ts";
import type { Command } from "./command.ts";

/** Shows the `lab-images.json` of a lab; gives where it is, undefined when dismissed. */
export const openManifest: Command = {
  id: "labImages.manifest.open",
  isOfLab: true,
  async run({ labs }, subject): Promise<vscode.Uri | undefined> {
    const root = subject instanceof vscode.Uri ? subject.fsPath : await chooseRoot(await labs.all());
    if (root === undefined) return undefined;
    const uri = vscode.Uri.file(join(root, manifestName));
    await vscode.window.showTextDocument(uri);
    return uri;
  },
};

/** The folder of the lab whose manifest is meant; undefined when dismissed. */
async function chooseRoot(labs: readonly Lab[]): Promise<string | undefined> {
  const withOne = labs.filter(({ manifest }) => manifest);
  if (withOne.length === 0)
    throw new Error(
      vscode.l10n.t(
        'There is no {0} in this workspace. Images do without; "New image…" writes one.',
        manifestName,
      ),
    );
  return (await pickLab(withOne, vscode.l10n.t("The lab whose {0} to open", manifestName)))?.root;
}
