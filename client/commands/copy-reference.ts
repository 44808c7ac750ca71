import * as vscode from "vscode";
import { chooseImage } from "../labs/choose-image.ts";
import type { Command } from "./command.ts";

const statusMs = 4000;

/** Copies the name that an image is built under; gives it, undefined when dismissed. */
export const copyReference: Command = {
  id: "labImages.image.copyReference",
  async run({ labs }, subject): Promise<string | undefined> {
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image whose name to copy"));
    if (!image) return undefined;
    await vscode.env.clipboard.writeText(image.reference);
    vscode.window.setStatusBarMessage(vscode.l10n.t("Copied {0}", image.reference), statusMs);
    return image.reference;
  },
};
