import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { firstJobCommand, requirementsText } from "../../core/lab/job/job-requirements.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { manifestName } from "../../core/lab/manifest.ts";
import { withImage } from "../../core/lab/new-image/manifest-entry.ts";
import type { NewImage } from "../../core/lab/new-image/new-image.ts";
import { newImageFiles } from "../../core/lab/new-image/new-image-files.ts";
import { foldersForImage } from "../labs/lab-folders.ts";
import { foldersOnDisk, pickFolder } from "../labs/pick-lab.ts";
import { readLabAt } from "../labs/read-lab.ts";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import { showInformation } from "../messages.ts";
import { askNewImage, askReason } from "../new-image/ask-new-image.ts";
import { writeFiles } from "../write-files.ts";
import type { Command } from "./command.ts";

/** Asks whether an image is needed and which, and lays it out; gives the file that was opened, undefined when dismissed. */
export const newImage: Command = {
  id: "labImages.image.new",
  isOfLab: true,
  async run({ labs }, subject): Promise<vscode.Uri | undefined> {
    const folder = subject instanceof vscode.Uri ? subject : await chooseFolder(labs);
    const lab = folder && readLabAt(folder);
    const reason = lab && (await askReason());
    if (!lab || !reason) return undefined;
    if (reason === "packages") return beginRequirements(lab);
    const image = await askNewImage(lab, reason);
    return image && layOut(lab, image);
  },
};

/** The folder of the lab that the image is to belong to; undefined when dismissed. */
async function chooseFolder(labs: WorkspaceLabs): Promise<vscode.Uri | undefined> {
  const onDisk = foldersOnDisk();
  const all = await labs.all();
  const placeHolder = vscode.l10n.t("The lab that the image belongs to");
  const folder = await pickFolder(foldersForImage(all, onDisk), all, placeHolder);
  return folder === undefined ? undefined : vscode.Uri.file(folder);
}

/** The guide's advice: no image, a list of packages that the job installs. */
async function beginRequirements(lab: Lab): Promise<vscode.Uri> {
  const uri = vscode.Uri.file(join(lab.root, "requirements.txt"));
  if (!existsSync(uri.fsPath)) await writeFiles([[uri, requirementsText]]);
  await vscode.window.showTextDocument(uri);
  const command = firstJobCommand(lab.values.storage);
  const copy = vscode.l10n.t("Copy command");
  void showInformation(vscode.l10n.t("No image is needed. The job begins with: {0}", command), copy).then(
    (chosen) => (chosen === copy ? vscode.env.clipboard.writeText(command) : undefined),
  );
  return uri;
}

async function layOut(lab: Lab, image: NewImage): Promise<vscode.Uri> {
  const folder = join(lab.root, image.name);
  if (existsSync(folder))
    throw new Error(
      vscode.l10n.t("{0} is there already. Choose another name, or move it away first.", folder),
    );
  const files = [...newImageFiles(image, lab.values)].map(
    ([path, text]) => [vscode.Uri.file(join(folder, path)), text] as const,
  );
  const manifest = vscode.Uri.file(join(lab.root, manifestName));
  const before = existsSync(manifest.fsPath)
    ? (await vscode.workspace.openTextDocument(manifest)).getText()
    : undefined;
  const after = withImage(before, image);
  if (after === undefined)
    throw new Error(
      vscode.l10n.t(
        "{0} cannot be read, so the image cannot be added to it. Put it right first.",
        manifest.fsPath,
      ),
    );
  await writeFiles([...files, [manifest, after]]);
  const dockerfile = vscode.Uri.file(join(folder, "Dockerfile"));
  await vscode.window.showTextDocument(dockerfile);
  return dockerfile;
}
