import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import * as vscode from "vscode";
import { eventually, openText, problems } from "./editor.ts";

/** The ids of the processes of this window's language server. */
function servers(): number[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      const isServer = /dist\/server\.js/.test(readFileSync(`/proc/${name}/cmdline`, "latin1"));
      const isOurs = new RegExp(`^PPid:\\s${process.pid}$`, "m").test(
        readFileSync(`/proc/${name}/status`, "latin1"),
      );
      return isServer && isOurs ? [Number(name)] : [];
    } catch {
      // It ended meanwhile, or is no process.
      return [];
    }
  });
}

suite("a language server that crashes", () => {
  for (const [what, command] of [
    ["Ctrl+F8", "labImages.dockerfile.fixAll"],
    ["Restart", "labImages.server.restart"],
  ] as const)
    test(`comes back as one, also where ${what} is pressed meanwhile`, async () => {
      const { document } = await openText("FROM ubuntu:22.04\nENV A b\n");
      await eventually("a problem", () => problems(document.uri).length === 1);
      const [running, ...others] = servers();
      assert.ok(running !== undefined && others.length === 0, "one server runs");
      process.kill(running, "SIGKILL");
      await eventually("the library starts another one", () => servers().some((each) => each !== running));
      await vscode.commands.executeCommand(command);
      // One that is told to end may take its time.
      await eventually("one server", () => servers().length === 1);
      if (command === "labImages.dockerfile.fixAll")
        assert.equal(document.getText(), "FROM ubuntu:22.04\nENV A=b\n");
    });
});
