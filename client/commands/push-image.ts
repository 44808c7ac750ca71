import * as vscode from "vscode";
import type { ImageOutcome } from "../../engine/lab/lab-build-event.ts";
import { chooseImage } from "../labs/choose-image.ts";
import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { Command } from "./command.ts";

/** Pushes an image as it is on the host; gives what came of it, undefined when dismissed. */
export const pushImageFromHost: Command = {
  id: "labImages.image.push",
  async run({ builds, labs }, subject): Promise<ImageOutcome | undefined> {
    refuseUntrusted();
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image to push"));
    return image && builds.push(vscode.Uri.file(image.dockerfile));
  },
};
