import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { buildOnBedDaemon } from "./bed-daemon.ts";
import { labFile } from "./editor.ts";

suite("a registry on the workspace's host", () => {
  buildOnBedDaemon();

  test("is started, pushed to, and ended with its images", async function () {
    const start = () => vscode.commands.executeCommand<string>("labImages.registry.startLocal");
    const address = await start();
    assert.match(address, /^localhost:50\d\d$/);
    assert.equal(await start(), address, "it is left as it is");

    const manifest = { registry: address, images: { tiny: { tag: "v1" } } };
    const path = labFile("local/lab-images.json");
    await vscode.workspace.fs.writeFile(path, Buffer.from(JSON.stringify(manifest)));
    const dockerfile = labFile("local/tiny/Dockerfile");
    await vscode.workspace.fs.writeFile(dockerfile, Buffer.from("FROM busybox:test\nRUN echo local > /it\n"));
    const outcome = await vscode.commands.executeCommand<BuildOutcome>(
      "labImages.image.buildAndPush",
      dockerfile,
    );
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const answer = await fetch(`http://${address}/v2/tiny/tags/list`);
    assert.deepEqual(await answer.json(), { name: "tiny", tags: ["v1"] });

    const ended = vscode.commands.executeCommand<boolean>("labImages.registry.stopLocal");
    const question = '.quick-input-widget .monaco-list-row.focused[aria-label^="End it"]';
    const pressed = await useKeyboard([{ see: question }, { press: "ArrowDown" }, { press: "Enter" }]);
    // On the desktop the bed has no keyboard.
    if (!pressed) return this.skip();
    assert.equal(await ended, true);
    await assert.rejects(async () => {
      await fetch(`http://${address}/v2/`);
    });
    await assert.rejects(
      async () => await vscode.commands.executeCommand("labImages.registry.stopLocal"),
      /No registry of Lab Images runs/,
    );
  });
});
