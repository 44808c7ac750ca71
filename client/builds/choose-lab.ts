import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { labLabel } from "../labs/lab-label.ts";

/** The folder of the lab to work on, the only one or one that the user picks; undefined where they dismissed it. */
export async function chooseLab(labs: readonly Lab[]): Promise<vscode.Uri | undefined> {
  const [first] = labs;
  if (!first)
    throw new Error(vscode.l10n.t("There is no image in this workspace. Open a folder with a Dockerfile."));
  if (labs.length === 1) return vscode.Uri.file(first.root);
  const items = labs.map(({ root, imageNames }) => ({
    label: labLabel(root),
    description: imageNames.join(", "),
    // Folders of a workspace may have the same name.
    detail: root,
    root,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t("The lab whose stale images are built"),
    matchOnDescription: true,
  });
  return chosen && vscode.Uri.file(chosen.root);
}
