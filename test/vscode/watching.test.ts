import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { StaleOutcome } from "../../client/builds/run-build.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { isRunning } from "../engine/build/running-command.ts";
import { buildOnBedDaemon } from "./bed-daemon.ts";
import { eventually, labFile, problems } from "./editor.ts";

const base = "busybox:test";

async function write(path: string, text: string): Promise<vscode.Uri> {
  const uri = labFile(path);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

const build = (dockerfile: vscode.Uri) =>
  vscode.commands.executeCommand<BuildOutcome>("labImages.image.build", dockerfile);
const cancel = (dockerfile?: vscode.Uri) =>
  vscode.commands.executeCommand<number>("labImages.build.cancel", dockerfile);

/** A number of seconds that no other process sleeps. */
function unusualSeconds(thousands: number): string {
  return `${thousands * 1000 + (process.pid % 1000)}.25`;
}

/** What the last build left in the Problems panel. */
function failures(uri: vscode.Uri): vscode.Diagnostic[] {
  return problems(uri).filter(({ code }) => code === "build");
}

function terminals(): string[] {
  return vscode.window.terminals.map(({ name }) => name);
}

suite("a build, watched", () => {
  buildOnBedDaemon();

  test("a step that fails turns its lines red, with the reason; both follow them", async () => {
    const uri = await write(
      "red/Dockerfile",
      `FROM ${base}\nRUN echo far && \\\n    exit 3\nRUN echo never\n`,
    );
    const editor = await vscode.window.showTextDocument(uri);
    const outcome = await build(uri);
    assert.ok(!outcome.ok);
    assert.equal(outcome.exitCode, 3);
    // A whole line of a colour of its own is an overlay; nothing else of this file has one.
    await useKeyboard([{ see: ".view-overlays .cdr[class*='ced-']" }]);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# a comment\n"));
    const diagnostic = await eventually("the failure where its lines are", () =>
      failures(uri).find(({ range }) => editor.document.getText(range) === "RUN echo far && \\\n    exit 3"),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const again = actions.find(({ title }) => title === "Build again");
    assert.equal(again?.command?.command, "labImages.image.build");
    // What is another command now has not failed.
    await editor.edit((edit) => edit.replace(new vscode.Range(3, 9, 3, 10), "0"));
    await eventually("no failure", () => failures(uri).length === 0);
    await editor.document.save();
  });

  test("it is shown in a terminal of its own, which takes neither the panel nor the keyboard", async () => {
    const uri = await write("shown/Dockerfile", `FROM ${base}\nRUN echo shown\n`);
    const editor = await vscode.window.showTextDocument(uri);
    const before = vscode.window.activeTerminal;
    assert.ok((await build(uri)).ok);
    await eventually("its terminal", () => terminals().includes("shown"));
    assert.equal(vscode.window.activeTextEditor, editor);
    assert.equal(vscode.window.activeTerminal?.name ?? before?.name, before?.name);
    assert.equal(await vscode.commands.executeCommand("labImages.build.show"), true);
    await useKeyboard([{ see: ".terminal-wrapper.active .xterm" }]);
    assert.equal(vscode.window.activeTextEditor, editor);
  });

  test("two at once have a terminal each, and each is cancelled by itself", async () => {
    const [one, two] = [unusualSeconds(1), unusualSeconds(2)];
    const first = await write("first/Dockerfile", `FROM ${base}\nRUN sleep ${one}\n`);
    const second = await write("second/Dockerfile", `FROM ${base}\nRUN sleep ${two}\n`);
    const outcomes = [build(first), build(second)];
    await eventually("both commands", () => isRunning("sleep", one) && isRunning("sleep", two));
    // The Dockerfile's editor has a button that cancels, in the place of Build.
    await vscode.window.showTextDocument(second);
    await useKeyboard([{ see: ".editor-actions .codicon-debug-stop" }]);
    // So does the hover of the instruction that is at work.
    await vscode.window.showTextDocument(second, { selection: new vscode.Range(1, 5, 1, 5) });
    await vscode.commands.executeCommand("editor.action.showHover");
    await useKeyboard([{ see: ".monaco-hover a[data-href^='command:labImages.build.cancel']" }]);
    await eventually("both terminals", () => ["first", "second"].every((name) => terminals().includes(name)));
    assert.equal(await cancel(second), 1);
    await eventually("the end of the second", () => !isRunning("sleep", two));
    assert.ok(isRunning("sleep", one));
    assert.equal(await cancel(), 1);
    for (const outcome of await Promise.all(outcomes))
      assert.ok(!outcome.ok && outcome.cause === "cancelled");
    await eventually("the end of the first", () => !isRunning("sleep", one));
    assert.equal(await cancel(), 0);
  });

  const ends: readonly [string, string, (terminal: vscode.Terminal) => void][] = [
    ["Ctrl+C in its terminal", "interrupted", (terminal) => terminal.sendText("\u0003", false)],
    ["closing its terminal", "closed", (terminal) => terminal.dispose()],
  ];
  for (const [what, name, end] of ends)
    test(`${what} cancels it`, async () => {
      const seconds = unusualSeconds(name.length);
      const uri = await write(`${name}/Dockerfile`, `FROM ${base}\nRUN sleep ${seconds}\n`);
      const outcome = build(uri);
      await eventually("the command", () => isRunning("sleep", seconds));
      end(await eventually("its terminal", () => vscode.window.terminals.find((each) => each.name === name)));
      await eventually("the end of the command", () => !isRunning("sleep", seconds));
      const { ok } = await outcome;
      assert.ok(!ok);
    });

  test("a base of the lab is built first, and what is stale afterwards too", async () => {
    const manifest = { images: { below: {}, above: { args: { BASE_IMG: "${image:below}" } } } };
    const root = labFile("chain");
    await write("chain/lab-images.json", JSON.stringify(manifest));
    const below = await write("chain/below/Dockerfile", `FROM ${base}\nRUN echo below > /it\n`);
    const above = await write("chain/above/Dockerfile", "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN cat /it\n");
    const outcome = await build(above);
    assert.ok(outcome.ok, JSON.stringify(outcome));

    const stale = async () => {
      const command = "labImages.lab.buildStale";
      const outcomes = await vscode.commands.executeCommand<Record<string, StaleOutcome>>(command, root);
      return Object.entries(outcomes).map(([name, { kind }]) => [name, kind]);
    };
    assert.deepEqual(await stale(), [
      ["below", "current"],
      ["above", "current"],
    ]);
    await vscode.workspace.fs.writeFile(below, Buffer.from(`FROM ${base}\nRUN echo more > /it\n`));
    const lost = { ...manifest.images, lost: { args: { BASE_IMG: "${image:nowhere}" } } };
    await write("chain/lab-images.json", JSON.stringify({ images: lost }));
    await write("chain/lost/Dockerfile", "ARG BASE_IMG\nFROM ${BASE_IMG}\n");
    assert.deepEqual(await stale(), [
      ["below", "built"],
      ["above", "built"],
      ["lost", "blocked"],
    ]);
    await vscode.commands.executeCommand("notifications.showList");
    await useKeyboard([
      { see: ".notification-list-item-message:has-text('there is no image nowhere in this lab')" },
    ]);
    await vscode.commands.executeCommand("notifications.clearAll");
    await write("chain/lab-images.json", JSON.stringify(manifest));
    await vscode.workspace.fs.delete(labFile("chain/lost"), { recursive: true });
    await vscode.workspace.fs.writeFile(below, Buffer.from(`FROM ${base}\nRUN exit 7\n`));
    const failure = await build(above);
    assert.ok(!failure.ok && failure.exitCode === 7);
    await eventually("its failure", () => failures(below).length === 1);
  });

  test("each image is a task for Ctrl+Shift+B; it ends with an exit code, and closing it cancels", async () => {
    const seconds = unusualSeconds(4);
    await write("task/Dockerfile", `FROM ${base}\nRUN echo ${seconds}\n`);
    const named = async (image: string) => {
      const tasks = await vscode.tasks.fetchTasks({ type: "lab-images" });
      return tasks.find(({ definition }) => definition.image === image);
    };
    const task = await eventually("the task of the image", () => named("task"));
    assert.equal(task.group, vscode.TaskGroup.Build);
    assert.ok(await named("*"));
    const run = async () => {
      const ended = new Promise<number | undefined>((resolve) => {
        const listener = vscode.tasks.onDidEndTaskProcess(({ exitCode, execution }) => {
          if (execution.task.definition.image !== "task") return;
          listener.dispose();
          resolve(exitCode);
        });
      });
      return { execution: await vscode.tasks.executeTask(task), ended };
    };
    assert.equal(await (await run()).ended, 0);
    const uri = await write("task/Dockerfile", `FROM ${base}\nRUN exit 6\n`);
    assert.equal(await (await run()).ended, 1);
    await eventually("its failure", () => failures(uri).length === 1);
    await write("task/Dockerfile", `FROM ${base}\nRUN sleep ${seconds}\n`);
    const { execution } = await run();
    await eventually("the command", () => isRunning("sleep", seconds));
    execution.terminate();
    await eventually("the end of the command", () => !isRunning("sleep", seconds));
  });

  test("a task that names nothing says what there is", async () => {
    const definition = { type: "lab-images", image: "nothing" };
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const [known] = await vscode.tasks.fetchTasks({ type: "lab-images" });
    assert.ok(known?.execution);
    const task = new vscode.Task(definition, folder, "nothing", "lab-images", known.execution);
    const ended = new Promise<number | undefined>((resolve) => {
      const listener = vscode.tasks.onDidEndTaskProcess(({ exitCode, execution }) => {
        if (execution.task.name !== "nothing") return;
        listener.dispose();
        resolve(exitCode);
      });
    });
    await vscode.tasks.executeTask(task);
    assert.equal(await ended, 1);
  });
});
