import { basename } from "node:path";
import * as vscode from "vscode";
import { dockerfileGlob, isDockerfileName } from "../../core/lab/dockerfile-name.ts";

const maximum = 500;

/** The Dockerfiles of the workspace's folders; at most 500. */
export async function findDockerfiles(): Promise<readonly vscode.Uri[]> {
  return (await findInWorkspace(dockerfileGlob)).filter(({ fsPath }) => isDockerfileName(basename(fsPath)));
}

/** Files of the workspace's folders on disk, installed packages left out; at most 500. */
export async function findInWorkspace(glob: string): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(glob, "**/node_modules/**", maximum);
  return found.filter(({ scheme }) => scheme === "file");
}
