import * as vscode from "vscode";
import { manifestName } from "../../core/lab/manifest.ts";
import { foldersForManifest } from "../labs/lab-folders.ts";
import { foldersOnDisk, pickFolder } from "../labs/pick-lab.ts";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import { showInformation, showWarning } from "../messages.ts";
import { type AskedManifest, askManifest, askUserName, manifestIn } from "../new-lab/ask-manifest.ts";
import { inBackground } from "../tell-failure.ts";
import { writeFiles } from "../write-files.ts";
import type { Command } from "./command.ts";

/** Writes a lab's manifest from its build script, bake file or folders, and opens it; one that is there is opened as it is. */
export const initializeLab: Command = {
  id: "labImages.lab.initialize",
  isOfLab: true,
  async run({ labs, log }, subject): Promise<vscode.Uri | undefined> {
    const folder = subject instanceof vscode.Uri ? subject : await chooseFolder(labs);
    if (!folder) return undefined;
    const there = manifestIn(folder);
    if (there) {
      await vscode.window.showTextDocument(there);
      void showInformation(vscode.l10n.t("{0} is there already, and is left as it is.", manifestName));
      return there;
    }
    const asked = await askManifest(folder.fsPath);
    if (!asked) return undefined;
    const uri = vscode.Uri.joinPath(folder, manifestName);
    await writeFiles([[uri, asked.manifest.text]]);
    await vscode.window.showTextDocument(uri);
    inBackground(tell(asked, log), initializeLab.id, log);
    await askUserName(asked);
    return uri;
  },
};

/** The folder whose images are meant; undefined when dismissed. */
async function chooseFolder(labs: WorkspaceLabs): Promise<vscode.Uri | undefined> {
  const onDisk = foldersOnDisk();
  const all = await labs.all();
  const found = foldersForManifest(all, onDisk);
  const placeHolder = vscode.l10n.t("The folder of your images");
  // Where nothing says what the images are, that is what is told of the folder.
  const folder = await pickFolder(found.length > 0 ? found : onDisk, all, placeHolder);
  return folder === undefined ? undefined : vscode.Uri.file(folder);
}

/** What of the file is not in the manifest, with the way to the whole list. */
async function tell({ manifest, file }: AskedManifest, log: vscode.LogOutputChannel): Promise<void> {
  if (manifest.unread.length === 0 || file === undefined) return;
  for (const { line, message } of manifest.unread) log.warn(`${file}:${line}: ${message}`);
  const [first] = manifest.unread;
  const show = vscode.l10n.t("Show all");
  const chosen = await showWarning(
    vscode.l10n.t(
      "{0} of {1} could not be taken over; the first is line {2}: {3}.",
      manifest.unread.length === 1
        ? vscode.l10n.t("One thing")
        : vscode.l10n.t("{0} things", manifest.unread.length),
      file,
      first!.line,
      first!.message,
    ),
    show,
  );
  if (chosen === show) log.show();
}
