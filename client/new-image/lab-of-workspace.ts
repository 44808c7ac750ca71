import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { readLabAt } from "../labs/read-lab.ts";
import { chooseFolder } from "../new-lab/choose-folder.ts";

/** The lab in the folder that the user means; undefined when the question is dismissed. */
export async function labOfWorkspace(): Promise<Lab | undefined> {
  const folder = await chooseFolder(vscode.l10n.t("The lab that the image belongs to"));
  return folder && readLabAt(folder);
}
