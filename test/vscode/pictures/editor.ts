import * as vscode from "vscode";
import { useKeyboard } from "../../bed/page-requests.mjs";
import { eventually, openLabFile, problems } from "../editor.ts";
import { takePicture } from "./take-picture.ts";

test("mistakes, underlined and listed", async () => {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  const { document } = await openLabFile("pytorch/Dockerfile");
  await eventually("problems", () => problems(document.uri).length > 0);
  // VS Code asks for code lenses while the text has the focus.
  await useKeyboard([{ see: ".squiggly-warning" }, { see: ".codelens-decoration a" }]);
  await vscode.commands.executeCommand("workbench.actions.view.problems");
  await useKeyboard([{ see: ".markers-panel .monaco-list-row" }]);
  await takePicture("editor");
});
