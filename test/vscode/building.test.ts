import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { BuildFailure, BuildOutcome } from "../../engine/build/build-event.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { isRunning } from "../engine/build/running-command.ts";
import { buildOnBedDaemon, socket } from "./bed-daemon.ts";
import { eventually, labFile, problems } from "./editor.ts";

const base = "busybox:test";

/** Writes a Dockerfile into the workspace and shows it. */
async function openDockerfile(path: string, text: string): Promise<vscode.TextEditor> {
  const uri = labFile(path);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return vscode.window.showTextDocument(uri);
}

const build = (subject?: vscode.Uri) =>
  vscode.commands.executeCommand<BuildOutcome>("labImages.image.build", subject);

function failed(outcome: BuildOutcome): BuildFailure {
  assert.ok(!outcome.ok, "the build fails");
  return outcome;
}

/** What the last build left in the Problems panel. */
function failures(uri: vscode.Uri): vscode.Diagnostic[] {
  return problems(uri).filter(({ code }) => code === "build");
}

const noFailure = (uri: vscode.Uri) => eventually("no failure", () => failures(uri).length === 0);

suite("building", () => {
  buildOnBedDaemon();

  test("the Dockerfile in the editor gives an image with the name of its folder", async () => {
    await openDockerfile("tiny/Dockerfile", `FROM ${base}\nRUN echo hello\n`);
    const outcome = await build();
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.deepEqual(outcome.tags, ["tiny"]);
    assert.match(outcome.image, /^sha256:[0-9a-f]{64}$/);
  });

  test("the image is pushed to the lab's registry, under the name that the manifest gives it", async () => {
    const registry = process.env.LAB_IMAGES_REGISTRY;
    const manifest = { registry: `${registry}/cvlab/ada`, images: { tiny: { tag: "v1" } } };
    const path = labFile("pushing/lab-images.json");
    await vscode.workspace.fs.writeFile(path, Buffer.from(JSON.stringify(manifest)));
    const { document } = await openDockerfile(
      "pushing/tiny/Dockerfile",
      `FROM ${base}\nRUN echo pushed > /it\n`,
    );
    const command = "labImages.image.buildAndPush";
    const outcome = await vscode.commands.executeCommand<BuildOutcome>(command, document.uri);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.deepEqual(outcome.tags, [`${registry}/cvlab/ada/tiny:v1`]);
    const answer = await fetch(`http://${registry}/v2/cvlab/ada/tiny/tags/list`);
    assert.deepEqual(await answer.json(), { name: "cvlab/ada/tiny", tags: ["v1"] });
  });

  test("text that is not saved is built", async () => {
    const editor = await openDockerfile("unsaved/Dockerfile", `FROM ${base}\nRUN exit 4\n`);
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 10), "RUN exit 5"));
    assert.ok(editor.document.isDirty);
    assert.equal(failed(await build()).exitCode, 5);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  test("text of lab-images.json that is not saved counts", async () => {
    const { document } = await openDockerfile(
      "given/tool/Dockerfile",
      `FROM ${base}\nARG CODE\nRUN exit $CODE\n`,
    );
    const manifest = labFile("given/lab-images.json");
    const text = JSON.stringify({ images: { tool: { args: { CODE: "6" } } } });
    await vscode.workspace.fs.writeFile(manifest, Buffer.from(text));
    const editor = await vscode.window.showTextDocument(manifest);
    const at = editor.document.positionAt(text.indexOf("6"));
    await editor.edit((edit) => edit.replace(new vscode.Range(at, at.translate(0, 1)), "7"));
    assert.equal(failed(await build(document.uri)).exitCode, 7);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  test("an image has the name that lab-images.json shows, before it is saved, for each command", async () => {
    const { document } = await openDockerfile("named/tool/Dockerfile", `FROM ${base}\n`);
    const manifest = labFile("named/lab-images.json");
    const text = JSON.stringify({ images: { tool: { tag: "v1" } } });
    await vscode.workspace.fs.writeFile(manifest, Buffer.from(text));
    const editor = await vscode.window.showTextDocument(manifest);
    const at = editor.document.positionAt(text.indexOf("v1") + 1);
    await editor.edit((edit) => edit.replace(new vscode.Range(at, at.translate(0, 1)), "2"));
    const built = await build(document.uri);
    assert.ok(built.ok, JSON.stringify(built));
    assert.deepEqual(built.tags, ["tool:v2"]);
    const named = await vscode.commands.executeCommand("labImages.image.copyReference", document.uri);
    assert.equal(named, "tool:v2");
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  test("what lies beside a Dockerfile is not built, though its name begins like one", async function () {
    for (const name of ["Dockerfile", "Containerfile.dev"]) {
      const { document } = await openDockerfile(`beside/${name}.dockerignore`, "*.pt\n");
      // Then nothing checks it, and no menu offers to build it.
      assert.equal(document.languageId, "ignore");
    }
    await openDockerfile("beside/Dockerfile.orig", `FROM ${base}\n`);
    const chosen = vscode.commands.executeCommand("labImages.image.build");
    const question = '.quick-input-widget input[placeholder="The Dockerfile to build"]';
    const asked = await useKeyboard([{ see: question }, { press: "Escape" }]);
    if (!asked) return this.skip();
    assert.equal(await chosen, undefined);
  });

  test("a command that fails is marked at its lines until the next build", async () => {
    const text = `FROM ${base}\n\nRUN echo far && \\\n    exit 3\n`;
    const editor = await openDockerfile("failing/Dockerfile", text);
    const { document } = editor;
    const failure = failed(await build(document.uri));
    assert.deepEqual(failure.lines, { start: 3, end: 4 });
    const diagnostic = await eventually("the failure", () => failures(document.uri)[0]);
    assert.equal(document.getText(diagnostic.range), "RUN echo far && \\\n    exit 3");
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.match(diagnostic.message, /exit code 3/);
    assert.match(diagnostic.message, /\nfar$/);

    await editor.edit((edit) => edit.delete(new vscode.Range(1, 0, 4, 0)));
    await document.save();
    assert.ok((await build(document.uri)).ok);
    await noFailure(document.uri);
  });

  test("cancelled in its notification, it ends the command in the daemon", async () => {
    const seconds = `${8000 + (process.pid % 1000)}.25`;
    const { document } = await openDockerfile("slow/Dockerfile", `FROM ${base}\nRUN sleep ${seconds}\n`);
    await vscode.commands.executeCommand("notifications.clearAll");
    const outcome = build(document.uri);
    await eventually("the command in the daemon", () => isRunning("sleep", seconds));
    await vscode.commands.executeCommand("notifications.showList");
    await useKeyboard([{ see: ".notification-list-item-message:has-text('Building slow')" }]);
    // The only notification is the build's, and its only button is "Cancel".
    await vscode.commands.executeCommand("notification.acceptPrimaryAction");
    await eventually("the end of the command", () => !isRunning("sleep", seconds));
    assert.equal(failed(await outcome).cause, "cancelled");
    await noFailure(document.uri);
  });

  test("one that is under way is not begun a second time", async () => {
    const { document } = await openDockerfile("twice/Dockerfile", `FROM ${base}\nRUN sleep 2\n`);
    const first = build(document.uri);
    await assert.rejects(async () => await build(document.uri), /is being built/);
    const all = () => vscode.commands.executeCommand("labImages.lab.buildStale", labFile(""));
    await assert.rejects(async () => await all(), /twice.Dockerfile is being built/);
    assert.ok((await first).ok);
  });

  test("a daemon that is not there is said", async () => {
    const configuration = vscode.workspace.getConfiguration("labImages");
    await configuration.update("host", "unix:///nowhere.sock", vscode.ConfigurationTarget.Global);
    try {
      const { document } = await openDockerfile("away/Dockerfile", `FROM ${base}\n`);
      await assert.rejects(
        async () => await build(document.uri),
        /no Docker daemon answers at unix:\/\/\/nowhere/,
      );
    } finally {
      await configuration.update("host", `unix://${socket}`, vscode.ConfigurationTarget.Global);
    }
  });

  test("a name that no registry takes is said before anything is built", async () => {
    const { document } = await openDockerfile("unnamed/Dockerfile", `FROM ${base}\n`);
    await assert.rejects(
      async () => await vscode.commands.executeCommand("labImages.image.buildAndPush", document.uri),
      /unnamed has no registry/,
    );
  });

  test("a Dockerfile without a folder is to be saved first", async () => {
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ language: "dockerfile", content: `FROM ${base}\n` }),
    );
    await assert.rejects(async () => await build(), /Save the Dockerfile/);
  });
});
