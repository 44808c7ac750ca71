import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { labLabel } from "./lab-label.ts";

/**
 * The lab that is meant: the only one, or one that the user picks; undefined where there is none or they dismissed it.
 * @param placeHolder what it is picked for: `The lab whose stale images are built`
 */
export async function pickLab(labs: readonly Lab[], placeHolder: string): Promise<Lab | undefined> {
  if (labs.length < 2) return labs[0];
  const items = labs.map((lab) => ({
    label: labLabel(lab.root),
    description: lab.imageNames.join(", "),
    // Folders of a workspace may have the same name.
    detail: lab.root,
    lab,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.lab;
}
