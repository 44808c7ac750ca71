import * as vscode from "vscode";
import { takeScreenshot, useKeyboard } from "../bed/page-requests.mjs";
import { eventually, openLabFile, problems } from "./editor.ts";

suite("what a user sees", () => {
  test("is kept as a picture", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const { document } = await openLabFile("pytorch/Dockerfile");
    await eventually("problems", () => problems(document.uri).length > 0);
    await vscode.commands.executeCommand("workbench.actions.view.problems");
    // What is drawn a moment later than it is known; in Restricted Mode nothing can be built.
    const lens = vscode.workspace.isTrusted ? [{ see: ".codelens-decoration a" }] : [];
    await useKeyboard([{ see: ".squiggly-warning" }, ...lens]);
    await takeScreenshot();
  });
});
