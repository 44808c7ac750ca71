import { strict as assert } from "node:assert";
import * as vscode from "vscode";
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

  test("mistakes are seen and fixed all the same", async () => {
    const { document } = await openLabFile("pytorch/Dockerfile");
    await eventually("problems", () => problems(document.uri).length > 0);
    await vscode.commands.executeCommand("labImages.dockerfile.fixAll");
    await eventually("an empty Problems panel", () => problems(document.uri).length === 0);
    await vscode.commands.executeCommand("undo");
  });
});
