import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { codeOf, eventually, openLabFile, openText, problemCodes, problems } from "./editor.ts";

suite("mistakes are seen", () => {
  test("when a Dockerfile of the lab is opened", async () => {
    const { document } = await openLabFile("pytorch/Dockerfile");
    await eventually("problems", () => problems(document.uri).length > 0);
    for (const problem of problems(document.uri)) {
      assert.ok(typeof problem.code === "object", "each problem links to its page");
      assert.match(problem.code.target.toString(), /docs\/rules\/[a-z-]+\.md$/);
      assert.notEqual(document.getText(problem.range).trim(), "", "the words at fault are marked");
    }
  });

  test("while typing, at the words at fault", async () => {
    const { document } = await openText("FROM ubuntu:22.04\n");
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), "RUN pip install torch\n");
    await vscode.workspace.applyEdit(edit);
    const problem = await eventually("a problem", () => problems(document.uri)[0]);
    assert.equal(codeOf(problem), "pip/no-cache-dir");
    assert.equal(document.getText(problem.range), "pip install");
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Warning);
  });

  for (const name of ["gpu.Dockerfile", "Dockerfile.dev", "Containerfile"]) {
    test(`in a file called ${name}`, async () => {
      const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
      await vscode.workspace.fs.writeFile(uri, Buffer.from("FROM ubuntu:22.04\nENV A b\n"));
      await vscode.window.showTextDocument(uri);
      await eventually("the finding", () => problemCodes(uri).includes("env/legacy-format"));
    });
  }

  test("and not where a comment says why", async () => {
    const { document } = await openText(
      "FROM ubuntu:22.04\n# lab-images ignore=env/legacy-format: shown in the guide\nENV A b\nENV C d\n",
    );
    await eventually("one finding", () => problems(document.uri).length > 0);
    assert.deepEqual(
      problems(document.uri).map(({ range }) => range.start.line),
      [3],
    );
  });
});
