import * as vscode from "vscode";
import { takeScreenshot } from "../bed/page-requests.mjs";
import { eventually, openLabFile, problems } from "./editor.ts";

suite("what a user sees", () => {
  test("is kept as a picture", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const { document } = await openLabFile("pytorch/Dockerfile");
    await eventually("problems", () => problems(document.uri).length > 0);
    await vscode.commands.executeCommand("workbench.actions.view.problems");
    await takeScreenshot();
  });
});
