import * as vscode from "vscode";
import { takeScreenshot, useKeyboard } from "../bed/page-requests.mjs";
import { eventually, openLabFile, problems } from "./editor.ts";

suite("what a user sees", () => {
  test("is kept as a picture", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const { document } = await openLabFile("pytorch/Dockerfile");
    await eventually("problems", () => problems(document.uri).length > 0);
    // What is drawn a moment later than it is known; VS Code asks for code lenses while the text has the focus. In
    // Restricted Mode nothing can be built.
    const lens = vscode.workspace.isTrusted ? [{ see: ".codelens-decoration a" }] : [];
    await useKeyboard([{ see: ".squiggly-warning" }, ...lens]);
    await vscode.commands.executeCommand("workbench.actions.view.problems");
    await useKeyboard([{ see: ".markers-panel .monaco-list-row" }]);
    await takeScreenshot();
  });
});
