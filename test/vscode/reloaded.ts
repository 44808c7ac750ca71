import { existsSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { isRunning } from "../engine/build/running-command.ts";
import { eventually, labFile } from "./editor.ts";
import { runSuite } from "./suite.ts";

/** The extension from the clone, in a window that is reloaded while it builds: the suite begins anew in the same lab. */
export async function run(): Promise<void> {
  const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
  // The desktop ends its tests with their window.
  if (!socket || !process.env.LAB_IMAGES_BED_SCREENSHOT)
    return skip("there is no daemon, or no page to reload");
  const marker = labFile("reloaded").fsPath;
  if (existsSync(marker)) return runSuite(() => import("./reloaded.test.ts"));
  await leaveBuilds(socket);
  writeFileSync(marker, "");
  await vscode.commands.executeCommand("workbench.action.reloadWindow");
  return new Promise(() => {});
}

function skip(skipped: string): void {
  const results = process.env.LAB_IMAGES_RESULTS;
  if (results) writeFileSync(results, JSON.stringify({ passed: 0, failed: 0, skipped }));
}

async function leaveBuilds(socket: string): Promise<void> {
  await vscode.workspace
    .getConfiguration("labImages")
    .update("host", `unix://${socket}`, vscode.ConfigurationTarget.Global);
  const write = async (path: string, command: string) => {
    await vscode.workspace.fs.writeFile(labFile(path), Buffer.from(`FROM busybox:test\nRUN ${command}\n`));
    return labFile(path);
  };
  const build = (uri: vscode.Uri) => vscode.commands.executeCommand("labImages.image.build", uri);
  await build(await write("failed/Dockerfile", "exit 3"));
  await build(await write("mended/Dockerfile", "exit 4"));
  await write("mended/Dockerfile", "exit 0");
  // A number that no other process sleeps; the suite reads it where it stands.
  const seconds = `${7000 + (process.pid % 1000)}.25`;
  void build(await write("slow/Dockerfile", `sleep ${seconds}`));
  await eventually("the command", () => isRunning("sleep", seconds));
}
