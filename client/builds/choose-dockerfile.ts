import * as vscode from "vscode";
import { findDockerfiles } from "../labs/find-files.ts";
import { refuseUntrustedBuild } from "./refuse-untrusted.ts";
import { isDockerfile } from "./unsaved-texts.ts";

/** The Dockerfile to build: what a menu handed over; where nothing was, the active editor's, or one that the user picks. */
export async function chooseDockerfile(subject: unknown): Promise<vscode.Uri | undefined> {
  refuseUntrustedBuild();
  if (subject instanceof vscode.Uri) return onDisk(subject);
  // A code lens hands over text: it comes from the language server.
  if (typeof subject === "string") return onDisk(vscode.Uri.parse(subject, true));
  // Not another image than the one that was meant.
  if (subject !== undefined && subject !== null)
    throw new Error(vscode.l10n.t("Nothing says which Dockerfile is meant. Give its Uri, or nothing."));
  const active = vscode.window.activeTextEditor?.document;
  if (active && isDockerfile(active)) return onDisk(active.uri);
  const found = await findDockerfiles();
  if (found.length === 0)
    throw new Error(vscode.l10n.t("There is no Dockerfile in this workspace. Open one, and build again."));
  const items = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t("The Dockerfile to build"),
  });
  return chosen?.uri;
}

function onDisk(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme === "file") return uri;
  throw new Error(
    vscode.l10n.t("Save the Dockerfile to a folder first: the folder that it lies in is the build context."),
  );
}
