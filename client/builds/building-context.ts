import * as vscode from "vscode";
import type { BuildRuns } from "./build-runs.ts";

/**
 * Keeps the context keys of menus: `labImages.building`, whether anything is built, and `labImages.beingBuilt`, the paths of
 * the Dockerfiles that are.
 */
export function keepBuildingContext(runs: BuildRuns): vscode.Disposable {
  let last = "";
  const keep = () => {
    const paths = [...new Set(runs.running.flatMap((run) => run.held))];
    const building = runs.running.length > 0;
    const now = JSON.stringify([building, paths]);
    if (now === last) return;
    last = now;
    void vscode.commands.executeCommand("setContext", "labImages.building", building);
    void vscode.commands.executeCommand("setContext", "labImages.beingBuilt", paths);
  };
  return vscode.Disposable.from(runs.onDidStart(keep), runs.onDidChange(keep), runs.onDidEnd(keep));
}
