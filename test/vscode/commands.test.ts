import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { useKeyboard } from "../bed/page-requests.mjs";
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

  test("what fails from the palette is told once, and thrown to an extension", async function () {
    const fails = async () => await vscode.commands.executeCommand("labImages.registry.logOut");
    await assert.rejects(fails, /Docker keeps no login/);
    // As a key does: VS Code would show what is thrown.
    await vscode.commands.executeCommand("runCommands", { commands: ["labImages.registry.logOut"] });
    await vscode.commands.executeCommand("notifications.clearAll");
    await vscode.commands.executeCommand("workbench.action.showCommands");
    const pressed = await useKeyboard([
      { type: "Lab Images: Log out" },
      { see: ".quick-input-list .monaco-list-row.focused:has-text('Log out of a registry')" },
      { press: "Enter" },
    ]);
    if (!pressed) return this.skip();
    await vscode.commands.executeCommand("notifications.showList");
    await useKeyboard([{ see: ".notification-list-item-message:has-text('Docker keeps no login')" }]);
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  test("a restarted server goes on where the old one was", async () => {
    const { document, edit } = await openText("FROM ubuntu:22.04\nENV A b\n");
    await eventually("a problem", () => problems(document.uri).length === 1);
    await vscode.commands.executeCommand("labImages.server.restart");
    await eventually("the problem again", () => problems(document.uri).length === 1);
    // The old one's problems may still be there.
    await edit((change) => change.insert(new vscode.Position(2, 0), "ENV C d\n"));
    await eventually("one more", () => problems(document.uri).length === 2);
  });
});
