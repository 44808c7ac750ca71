import { dirname } from "node:path";
import * as vscode from "vscode";
import { diskFiles, withTexts } from "../../core/lab/files.ts";
import { Lab } from "../../core/lab/lab.ts";
import { labRootOf } from "../../core/lab/lab-root.ts";
import { userName } from "./user-name.ts";

/** The lab that a Dockerfile on disk belongs to, as its files are now; with other texts of some of them, by their paths. */
export function readLabOf(dockerfile: vscode.Uri, texts?: ReadonlyMap<string, string>): Lab {
  return readLabAt(vscode.Uri.file(labRootOfFile(dockerfile)), texts);
}

/** The lab in a folder on disk, as its files are now; with other texts of some of them, by their paths. */
export function readLabAt(root: vscode.Uri, texts?: ReadonlyMap<string, string>): Lab {
  return new Lab(root.fsPath, texts ? withTexts(diskFiles, texts) : diskFiles, {
    user: userName(),
    // A manifest says where they go.
    environment: vscode.workspace.isTrusted ? process.env : undefined,
  });
}

/** The root of the lab that a Dockerfile on disk belongs to; it lies in the Dockerfile's workspace folder. */
export function labRootOfFile({ fsPath }: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(fsPath));
  return labRootOf(fsPath, folder?.uri.fsPath ?? dirname(fsPath), diskFiles);
}
