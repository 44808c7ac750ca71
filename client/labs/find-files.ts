import * as vscode from "vscode";

/** A glob of the names that the manifest gives the language "dockerfile". */
const dockerfiles = "**/{Dockerfile,Containerfile,Dockerfile.*,Containerfile.*,*.dockerfile,*.Dockerfile}";
const maximum = 500;

/** The Dockerfiles of the workspace's folders; at most 500. */
export function findDockerfiles(): Promise<readonly vscode.Uri[]> {
  return findInWorkspace(dockerfiles);
}

/** Files of the workspace's folders on disk, installed packages left out; at most 500. */
export async function findInWorkspace(glob: string): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(glob, "**/node_modules/**", maximum);
  return found.filter(({ scheme }) => scheme === "file");
}
