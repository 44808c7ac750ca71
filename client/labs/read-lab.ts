import { dirname } from "node:path";
import * as vscode from "vscode";
import { diskFiles } from "../../core/lab/files.ts";
import { Lab, labRootOf } from "../../core/lab/lab.ts";

/** The lab that a Dockerfile on disk belongs to, as its files are now. */
export function readLabOf(dockerfile: vscode.Uri): Lab {
  return readLabAt(vscode.Uri.file(labRootOfFile(dockerfile)));
}

/** The lab in a folder on disk, as its files are now. */
export function readLabAt(root: vscode.Uri): Lab {
  const user = vscode.workspace.getConfiguration("labImages", root).get("user", "");
  return new Lab(root.fsPath, diskFiles, {
    user: user || process.env.LAB_IMAGES_USER,
    // A manifest says where they go.
    environment: vscode.workspace.isTrusted ? process.env : undefined,
  });
}

/** The root of the lab that a Dockerfile on disk belongs to; it lies in the Dockerfile's workspace folder. */
export function labRootOfFile({ fsPath }: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(fsPath));
  return labRootOf(fsPath, folder?.uri.fsPath ?? dirname(fsPath), diskFiles);
}
