import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { ShownImage } from "../../client/views/images/image-nodes.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { eventually, problemCodes } from "./editor.ts";

const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
const [first, second] = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
const run = <T>(command: string, ...args: readonly unknown[]) =>
  vscode.commands.executeCommand<T>(`labImages.${command}`, ...args);

/** Both folders have an image `base`, each of its lab's own name. */
async function write(folder: vscode.Uri | undefined, path: string, text: string): Promise<vscode.Uri> {
  assert.ok(folder, "two folders are open");
  const uri = vscode.Uri.joinPath(folder, path);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

suite("two folders in one window", () => {
  let ofFirst: vscode.Uri;
  let ofSecond: vscode.Uri;

  suiteSetup(async function () {
    if (!socket) this.skip();
    // The comment suppresses nothing, which is told in any lab.
    const dockerfile =
      "FROM busybox:test\n# lab-images ignore=apt/clean-lists: none\nRUN echo base > /it\nENV NAME value\n";
    const lab = (tag: string, severity: string) =>
      JSON.stringify({ images: { base: { tag } }, rules: { "env/legacy-format": severity } });
    await write(first, "lab-images.json", lab("of-first", "off"));
    await write(second, "lab-images.json", lab("of-second", "error"));
    ofFirst = await write(first, "base/Dockerfile", dockerfile);
    ofSecond = await write(second, "base/Dockerfile", dockerfile);
    await vscode.workspace
      .getConfiguration("labImages", second)
      .update("host", `unix://${socket}`, vscode.ConfigurationTarget.WorkspaceFolder);
  });

  test("each Dockerfile is checked by the manifest of its folder", async () => {
    await vscode.window.showTextDocument(ofSecond);
    await eventually("its finding", () => problemCodes(ofSecond).includes("env/legacy-format"));
    await vscode.window.showTextDocument(ofFirst);
    await eventually("what is found in both", () => problemCodes(ofFirst).length > 0);
    assert.ok(!problemCodes(ofFirst).includes("env/legacy-format"));
  });

  test("each is built on the host of its folder, under the name that its lab gives it", async () => {
    await vscode.window.showTextDocument(ofSecond);
    const built = await run<BuildOutcome>("image.build", ofSecond);
    assert.ok(built.ok, JSON.stringify(built));
    assert.deepEqual(built.tags, ["base:of-second"]);
    await vscode.workspace
      .getConfiguration("labImages", first)
      .update("host", "unix:///nowhere.sock", vscode.ConfigurationTarget.WorkspaceFolder);
    await assert.rejects(async () => await run<BuildOutcome>("image.build", ofFirst), /nowhere\.sock/);
  });

  test("the images of both are shown, each with its state on the host of its folder", async () => {
    await run("images.focus");
    const images = await run<readonly ShownImage[]>("images.refresh");
    const bases = images.filter(({ name }) => name === "base");
    assert.deepEqual(
      bases.map(({ reference, host, shown }) => ({ reference, host, kind: shown.kind })),
      [
        { reference: "base:of-first", host: "unix:///nowhere.sock", kind: "unknown" },
        { reference: "base:of-second", host: `unix://${socket}`, kind: "current" },
      ],
    );
  });

  test("localhost's registry is that of the host of the lab that pushes there", async () => {
    const manifest = JSON.stringify({ registry: "localhost:5999", images: { tiny: {} } });
    const uri = await write(second, "local/lab-images.json", manifest);
    await vscode.window.showTextDocument(ofFirst);
    await run("images.refresh");
    try {
      await assert.rejects(async () => await run("registry.stopLocal"), /No registry of Lab Images runs/);
    } finally {
      await vscode.workspace.fs.delete(uri, { useTrash: false });
    }
  });

  test("each has tasks of its own", async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: "lab-images" });
    const folders = tasks.map(({ scope }) => typeof scope === "object" && scope.name);
    assert.deepEqual([...new Set(folders)].sort(), ["lab", "second"]);
  });
});
