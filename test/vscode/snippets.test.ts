import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { eventually, openText } from "./editor.ts";

suite("snippets", () => {
  test("are offered in a Dockerfile and insert what they say", async () => {
    const { document } = await openText("");
    const offered = await eventually("the snippet", async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        new vscode.Position(0, 0),
      );
      const found = list.items.find(
        ({ label }) => (typeof label === "string" ? label : label.label) === "apt-run",
      );
      return found;
    });
    assert.ok(offered);
    await vscode.commands.executeCommand("editor.action.insertSnippet", {
      langId: "dockerfile",
      name: "apt RUN",
    });
    await eventually("its text", () =>
      /apt-get update[\s\S]*rm -rf \/var\/lib\/apt\/lists/.test(document.getText()),
    );
  });
});
