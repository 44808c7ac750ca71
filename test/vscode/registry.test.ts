import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { codeOf, eventually, openText, problems } from "./editor.ts";

/** A registry of the bed's, with what test/bed/lab-registry.mjs puts there. */
const registry = process.env.LAB_IMAGES_REGISTRY;
const digest = process.env.LAB_IMAGES_REGISTRY_DIGEST;

suite("registries", () => {
  suiteSetup(function () {
    if (!registry) this.skip();
  });

  test("a base is pinned where its tag stands, and one undo takes it back", async () => {
    const text = `ARG BASE_IMG=${registry}/lab/base:v1\nFROM \${BASE_IMG}\n`;
    const { document } = await openText(text);
    const action = await eventually("the refactoring", async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        new vscode.Range(1, 6, 1, 6),
        vscode.CodeActionKind.RefactorRewrite.value,
      );
      return actions.find(({ title }) => title.startsWith(`Pin ${registry}/lab/base:v1 by digest`));
    });
    assert.ok(action.command, "it is a command");
    const { command, arguments: given = [] } = action.command;
    assert.equal(await vscode.commands.executeCommand(command, ...given), digest);
    assert.equal(document.getText(), text.replace("base:v1", `base:v1@${digest}`));
    await vscode.commands.executeCommand("undo");
    await eventually("the text before", () => document.getText() === text);
  });

  test("from the palette, at the cursor; why not is said", async () => {
    const editor = await openText(`FROM ${registry}/lab/base:v2\n`);
    const pin = () => vscode.commands.executeCommand("labImages.base.pin");
    await assert.rejects(
      async () => await pin(),
      /cannot look up .*\/lab\/base:v2: .*Check the name and the tag/,
    );
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "RUN ls\n"));
    editor.selection = new vscode.Selection(1, 2, 1, 2);
    await assert.rejects(async () => await pin(), /Put the cursor on a FROM/);
    await openText("FROM 127.0.0.1:1/lab/base:v1\n");
    await assert.rejects(async () => await pin(), /ECONNREFUSED.*Start a registry on that host/);
  });

  test("fetched CUDA tags are offered, and are none unknown; a failure later loses nothing", async () => {
    const { document } = await openText("FROM nvidia/cuda:12.2.2-devel-ubuntu26.04\nFROM nvidia/cuda:\n");
    const isUnknown = () => problems(document.uri).some((each) => codeOf(each) === "cuda/unknown-tag");
    await eventually("the finding", isUnknown);
    const refresh = (from: string | undefined) =>
      vscode.commands.executeCommand<number>("labImages.cuda.refreshTags", { registry: from });
    assert.equal(await refresh(registry), 2);
    await eventually("no finding on the first line", () =>
      problems(document.uri).every(({ range }) => range.start.line !== 0),
    );
    const offered = async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        new vscode.Position(1, 17),
      );
      return items.find(({ label }) => (typeof label === "string" ? label : label.label) === "14.0.0");
    };
    const { detail = "" } = await eventually("the fetched tag", offered);
    assert.match(detail, /^CUDA 14\.0\.0, from 127\.0\.0\.1:\d+, \d{4}-\d\d-\d\d$/);

    await assert.rejects(
      async () => await refresh("127.0.0.1:1"),
      /cannot list the tags of 127\.0\.0\.1:1\/nvidia\/cuda/,
    );
    assert.ok(await offered(), "what was fetched before is still there");
    await vscode.commands.executeCommand("labImages.server.restart");
    await eventually("the same after a restart", offered);
  });
});
