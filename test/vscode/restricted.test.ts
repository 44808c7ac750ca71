import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { useKeyboard } from "../bed/page-requests.mjs";
import { eventually, openLabFile, problems } from "./editor.ts";

suite("in Restricted Mode", () => {
  test("the folder is not trusted", () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  test("nothing is built", async () => {
    const { document } = await openLabFile("pytorch/Dockerfile");
    await assert.rejects(
      async () => await vscode.commands.executeCommand("labImages.image.build", document.uri),
      /Trust this workspace first/,
    );
  });

  test("no registry is asked", async () => {
    await openLabFile("pytorch/Dockerfile");
    for (const command of ["labImages.base.pin", "labImages.cuda.refreshTags"])
      await assert.rejects(
        async () => await vscode.commands.executeCommand(command),
        /Trust this workspace first/,
      );
  });

  test("no host is connected to", async () => {
    for (const command of ["select", "use", "addSsh", "doctor", "refresh"])
      await assert.rejects(
        async () => await vscode.commands.executeCommand(`labImages.host.${command}`, "ssh://node"),
        /Trust this workspace first/,
      );
    await vscode.commands.executeCommand("labImages.hosts.focus");
    await useKeyboard([{ see: ".welcome-view-content .monaco-button:has-text('Manage workspace trust')" }]);
    await vscode.commands.executeCommand("workbench.view.explorer");
  });

  test("the lab's images are seen, without states, and nothing is done to them", async () => {
    await vscode.commands.executeCommand("labImages.images.focus");
    await useKeyboard([
      { see: '.monaco-list-row[aria-label^="pytorch, on "]' },
      { see: ".pane-body .message:has-text('In Restricted Mode no host is asked')" },
      { see: '.monaco-list-row[aria-label^="Manage Workspace Trust: "]' },
    ]);
    for (const command of ["push", "openShell", "checkCuda", "tag", "remove", "buildWithoutCache"])
      await assert.rejects(
        async () => await vscode.commands.executeCommand(`labImages.image.${command}`),
        /Trust this workspace first/,
      );
    await assert.rejects(
      async () => await vscode.commands.executeCommand("labImages.host.prune"),
      /Trust this workspace first/,
    );
    await vscode.commands.executeCommand("workbench.view.explorer");
  });

  test("mistakes are seen and fixed all the same", async () => {
    const { document } = await openLabFile("pytorch/Dockerfile");
    await eventually("problems", () => problems(document.uri).length > 0);
    await vscode.commands.executeCommand("labImages.dockerfile.fixAll");
    await eventually("an empty Problems panel", () => problems(document.uri).length === 0);
    await vscode.commands.executeCommand("undo");
  });
});
