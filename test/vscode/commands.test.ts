import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { eventually, extensionId, openText, problems } from "./editor.ts";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

suite("commands", () => {
  test("the manifest's are the registered ones", async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, "the extension is there");
    await extension.activate();
    const { contributes } = extension.packageJSON as Manifest;
    const declared = contributes.commands.map(({ command }) => command).sort();
    // VS Code gives each view commands of its own.
    const ofViews = Object.values(contributes.views).flatMap((views) =>
      views.flatMap(({ id }) =>
        ["focus", "open", "removeView", "resetViewLocation", "toggleVisibility"].map(
          (each) => `${id}.${each}`,
        ),
      ),
    );
    const registered = (await vscode.commands.getCommands(true))
      .filter((id) => id.startsWith("labImages.") && !ofViews.includes(id))
      .sort();
    assert.deepEqual(registered, declared);
  });

  test("a restarted server goes on where the old one was", async () => {
    const { document } = await openText("FROM ubuntu:22.04\nENV A b\n");
    await eventually("a problem", () => problems(document.uri).length === 1);
    await vscode.commands.executeCommand("labImages.server.restart");
    await eventually("the problem again", () => problems(document.uri).length === 1);
  });
});
