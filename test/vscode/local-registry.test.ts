import { strict as assert } from "node:assert";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import * as vscode from "vscode";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { buildOnBedDaemon, socket } from "./bed-daemon.ts";
import { eventually, labFile } from "./editor.ts";

suite("a registry on the workspace's host", () => {
  buildOnBedDaemon();

  test("what the user has ended is said in the status bar, and is no error", async () => {
    const setHost = (host: string) =>
      vscode.workspace.getConfiguration("labImages").update("host", host, vscode.ConfigurationTarget.Global);
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    await setHost(`tcp://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    try {
      await vscode.commands.executeCommand("notifications.clearAll");
      // Ahead of it, as it is gone after some seconds.
      const seen = useKeyboard([{ see: ".statusbar-item:has-text('was cancelled')" }]);
      let isOver = false;
      const started = assert
        .rejects(
          async () => await vscode.commands.executeCommand("labImages.registry.startLocal"),
          /was cancelled/,
        )
        .finally(() => {
          isOver = true;
        });
      // Cancel, in the notification.
      await eventually("its end", async () => {
        await vscode.commands.executeCommand("notification.acceptPrimaryAction");
        return isOver;
      });
      await started;
      await seen;
    } finally {
      await setHost(`unix://${socket}`);
      silent.close();
    }
  });

  test("is started, pushed to, and ended with its images", async function () {
    const start = () => vscode.commands.executeCommand<string>("labImages.registry.startLocal");
    const pushTo = async (registry: string) => {
      const manifest = JSON.stringify({ registry, images: { tiny: { tag: "v1" } } });
      await vscode.workspace.fs.writeFile(labFile("local/lab-images.json"), Buffer.from(manifest));
      await vscode.commands.executeCommand("labImages.images.refresh");
    };
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    await pushTo(`localhost:${(other.address() as AddressInfo).port}`);
    const started = start();
    const another = '.quick-input-widget .monaco-list-row.focused[aria-label^="Take another port"]';
    // On the desktop the bed has no keyboard.
    if (!(await useKeyboard([{ see: another }, { press: "Enter" }]))) return this.skip();
    const address = await started;
    other.close();
    assert.match(address, /^localhost:50\d\d$/);
    await pushTo(address);
    assert.equal(await start(), address, "it is left as it is");

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
    await useKeyboard([{ see: question }, { press: "ArrowDown" }, { press: "Enter" }]);
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
