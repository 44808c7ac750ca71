import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { useKeyboard } from "../bed/page-requests.mjs";
import { isRunning } from "../engine/build/running-command.ts";
import { eventually, labFile, problems } from "./editor.ts";

const slow = labFile("slow/Dockerfile");

function failures(uri: vscode.Uri): vscode.Diagnostic[] {
  return problems(uri).filter(({ code }) => code === "build");
}

async function isSlowAtWork(): Promise<boolean> {
  const text = Buffer.from(await vscode.workspace.fs.readFile(slow)).toString();
  return isRunning("sleep", /sleep (\S+)/.exec(text)?.[1] ?? "");
}

suite("after a reload", () => {
  test("a failure is at its instruction again, unless the Dockerfile is another now", async () => {
    const uri = labFile("failed/Dockerfile");
    const [failed] = await eventually("the failure", () =>
      failures(uri).length > 0 ? failures(uri) : undefined,
    );
    assert.match(failed?.message ?? "", /exit code 3/);
    assert.equal(failed?.range.start.line, 1);
    assert.deepEqual(failures(labFile("mended/Dockerfile")), []);
  });

  test("the build that ended with the window is named, is over in the daemon, and can be begun again", async () => {
    await eventually("the end of the command", async () => !(await isSlowAtWork()));
    await vscode.commands.executeCommand("notifications.showList");
    await useKeyboard([
      { see: ".notifications-list-container .notification-list-item:has-text('the window closed while')" },
    ]);
    // Its first button is "Build Again".
    await vscode.commands.executeCommand("notification.acceptPrimaryAction");
    await eventually("the command", isSlowAtWork);
    assert.equal(await vscode.commands.executeCommand("labImages.build.cancel", slow), 1);
    await eventually("its end", async () => !(await isSlowAtWork()));
  });
});
