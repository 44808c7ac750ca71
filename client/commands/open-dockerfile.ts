import * as vscode from "vscode";
import { chooseImage } from "../labs/choose-image.ts";
import type { Command } from "./command.ts";

/** Shows the Dockerfile of an image; gives where it is, undefined when dismissed. */
export const openDockerfile: Command = {
  id: "labImages.image.openDockerfile",
  async run({ labs }, subject): Promise<vscode.Uri | undefined> {
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image whose Dockerfile to open"));
    if (!image) return undefined;
    const uri = vscode.Uri.file(image.dockerfile);
    await vscode.window.showTextDocument(uri, { preview: true });
    return uri;
  },
};
