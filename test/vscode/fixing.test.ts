import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { codeOf, eventually, openLabFile, openText, problems } from "./editor.ts";

suite("mistakes are fixed", () => {
  test("one at a time, with the preferred quick fix", async () => {
    const { document } = await openText("FROM ubuntu:22.04\nENV AUTO_SHUTDOWN_TIME 1h\n");
    const problem = await eventually("a problem", () => problems(document.uri)[0]);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      problem.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    assert.ok(preferred?.edit, "there is a preferred fix");
    assert.ok(
      actions.some(({ title }) => title.includes("Ignore env/legacy-format")),
      "and a way to leave it",
    );
    await vscode.workspace.applyEdit(preferred.edit);
    assert.equal(document.getText(), "FROM ubuntu:22.04\nENV AUTO_SHUTDOWN_TIME=1h\n");
    await eventually("no problem", () => problems(document.uri).length === 0);
  });

  for (const path of ["pytorch/Dockerfile", "pytorch/Dockerfile.mistakes"]) {
    test(`all of ${path} with one key: the Problems panel empties`, async () => {
      const { document } = await openLabFile(path);
      await eventually("problems", () => problems(document.uri).length > 0);
      const result = await vscode.commands.executeCommand<{ fixed: number; remaining: number }>(
        "labImages.dockerfile.fixAll",
      );
      assert.ok(result.fixed > 0, "something was fixed");
      assert.equal(result.remaining, 0);
      await eventually("an empty Problems panel", () => {
        const left = problems(document.uri).map(codeOf);
        return left.length === 0;
      });
      const again = await vscode.commands.executeCommand("labImages.dockerfile.fixAll");
      assert.deepEqual(again, { fixed: 0, remaining: 0 });
      await vscode.commands.executeCommand("undo");
      await eventually("one undo brings them back", () => problems(document.uri).length > 0);
    });
  }

  test("on save, where the user asks for it", async () => {
    const configuration = vscode.workspace.getConfiguration("editor");
    await configuration.update(
      "codeActionsOnSave",
      { "source.fixAll.lab-images": "explicit" },
      vscode.ConfigurationTarget.Global,
    );
    try {
      const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, "save.Dockerfile");
      await vscode.workspace.fs.writeFile(uri, Buffer.from("FROM ubuntu:22.04\n"));
      const editor = await vscode.window.showTextDocument(uri);
      await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "ENV A b\n"));
      await eventually("the finding", () => problems(uri).length > 0);
      await editor.document.save();
      await eventually("the fix", () => editor.document.getText() === "FROM ubuntu:22.04\nENV A=b\n");
    } finally {
      await configuration.update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
