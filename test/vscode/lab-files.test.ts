import { strict as assert } from "node:assert";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { ShownImage } from "../../client/views/images/image-nodes.ts";
import { eventually, labFile, problemCodes, problems } from "./editor.ts";

/** Writes a file of the lab past the editor, as a terminal does. */
function write(path: string, text: string): vscode.Uri {
  const uri = labFile(path);
  mkdirSync(dirname(uri.fsPath), { recursive: true });
  writeFileSync(uri.fsPath, text);
  return uri;
}

async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

async function hasCodes(uri: vscode.Uri, codes: readonly string[]): Promise<void> {
  await eventually(`${codes.join(", ") || "no problem"} in ${uri.path}`, () => {
    const found = problemCodes(uri);
    return JSON.stringify(found) === JSON.stringify(codes) || undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; there are: ${problemCodes(uri).join(", ")}`);
  });
}

async function fixAll(): Promise<unknown> {
  return vscode.commands.executeCommand("labImages.dockerfile.fixAll");
}

suite("a lab's other files", () => {
  const setUser = (user: unknown) =>
    vscode.workspace.getConfiguration("labImages").update("user", user, vscode.ConfigurationTarget.Global);

  teardown(async () => {
    await setUser(undefined);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const path of ["lab-images.json", "shared.json", "fresh", "extended", "push.sh"])
      rmSync(labFile(path).fsPath, { recursive: true, force: true });
  });

  test("lab-images.json is checked, as JSON with comments, and put right with one key", async () => {
    const text = '{\n  // Ours.\n  "registry": "https://ghcr.io/Lab/"\n}\n';
    const document = await open(write("lab-images.json", text));
    assert.equal(document.languageId, "jsonc");
    await hasCodes(document.uri, ["image/name"]);
    const [problem] = problems(document.uri);
    assert.equal(document.getText(problem?.range), "https://ghcr.io/Lab/");
    assert.deepEqual(await fixAll(), { fixed: 1, remaining: 0 });
    const mended = text.replace("https://ghcr.io/Lab/", "ghcr.io/lab");
    await eventually("the fix", () => document.getText() === mended);
    await hasCodes(document.uri, []);
    await document.save();
  });

  test("a user's name that is no text counts as none", async () => {
    await setUser(42);
    const shown = await vscode.commands.executeCommand<readonly ShownImage[]>("labImages.images.refresh");
    assert.ok(shown.some(({ name }) => name === "pytorch"));
  });

  test("lab-images.json is completed and explained by its schema", async () => {
    const text =
      '{ "rules": { "apt/clean-lists": "", "" }, "job": { "cli": "" }, "gpuDriver": "535.104",  }\n';
    const { uri } = await open(write("lab-images.json", text));
    const labelsAt = async (offset: number) => {
      const at = new vscode.Position(0, offset);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        uri,
        at,
      );
      return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    };
    await eventually("the fields", async () =>
      (await labelsAt(text.lastIndexOf(" }"))).includes("aptMirror"),
    );
    await eventually("the rules", async () =>
      (await labelsAt(text.indexOf('"" }') + 1)).includes("apt/mirror"),
    );
    for (const [field, word] of [
      ["apt/clean-lists", "off"],
      ["cli", "runai-v2"],
    ] as const)
      await eventually(`the values of ${field}`, async () =>
        (await labelsAt(text.indexOf(`"${field}": `) + field.length + 5)).some((each) => each.includes(word)),
      );
    await eventually("what the field means", async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        uri,
        new vscode.Position(0, text.indexOf("gpuDriver") + 1),
      );
      const said = hovers.flatMap(({ contents }) =>
        contents.map((part) => (typeof part === "string" ? part : part.value)),
      );
      return said.join("\n").includes("version of the driver of the lab");
    });
  });

  test("what is wrong in lab-images.json is said once", async () => {
    const fields = '"gpudriver": "535.104", "timezone": 1, "rules": { "apt/mirror": "none" }';
    // A name that stands twice is what only VS Code's own JSON checker tells: it has looked then.
    const text = `{ "storage": "/a", "storage": "/a", ${fields} }\n`;
    const document = await open(write("lab-images.json", text));
    const words = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .map(({ range }) => String(/^"?([\w,]+)/.exec(document.getText().slice(range.start.character))?.[1]))
        .sort();
    // The test before left the file open: its text, and then what was found in it, give way one after the other.
    await eventually("both checkers, on this text", () => {
      const both = problems(document.uri).length === 3 && words().includes("storage");
      return document.getText() === text && both && words().includes("gpudriver");
    });
    assert.deepEqual(words(), ["1,", "gpudriver", "none", "storage", "storage"]);
  });

  test("a build script is checked and put right; one that builds nothing is left alone", async () => {
    const text = "#!/bin/bash\nset -e\nREG=ghcr.io/lab\ndocker push $REEG/base:1\n";
    const document = await open(write("push.sh", text));
    await hasCodes(document.uri, ["script/unset-variable"]);
    await fixAll();
    await eventually("the fix", () => document.getText() === text.replace("$REEG", "$REG"));
    await hasCodes(document.uri, []);
    await document.save();
  });

  test("a folder is initialized from its build script, and never again", async () => {
    await setUser("ann");
    const made = await vscode.commands.executeCommand<vscode.Uri>("labImages.lab.initialize");
    assert.equal(made?.fsPath, labFile("lab-images.json").fsPath);
    const document = await eventually("it is shown", () => {
      const active = vscode.window.activeTextEditor?.document;
      return active?.uri.fsPath === made.fsPath ? active : undefined;
    });
    assert.match(document.getText(), /"extends": "epfl-cvlab"[\s\S]*"pytorch": \{\s+"tag": "torch210"/);
    await hasCodes(made, []);
    write("lab-images.json", "{}");
    const again = await vscode.commands.executeCommand<vscode.Uri>("labImages.lab.initialize");
    assert.equal(again?.fsPath, made.fsPath);
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(made)).toString(), "{}");
  });

  test("a source of COPY that is made or deleted on disk changes what is found", async () => {
    const document = await open(
      write("fresh/Dockerfile", "FROM debian:bookworm-20250520-slim\nCOPY app/requirements.txt /opt/\n"),
    );
    write("lab-images.json", '{ "images": { "fresh": {} } }');
    await hasCodes(document.uri, ["context/missing-source"]);
    write("fresh/app/requirements.txt", "tqdm\n");
    await hasCodes(document.uri, []);
    rmSync(labFile("fresh/app").fsPath, { recursive: true });
    await hasCodes(document.uri, ["context/missing-source"]);
  });

  test("a file that the manifest extends counts as soon as it changes on disk", async () => {
    write("shared.json", "{}");
    write("lab-images.json", '{ "extends": "./shared.json" }');
    const document = await open(write("extended/Dockerfile", "FROM scratch\nENV A b\n"));
    await hasCodes(document.uri, ["env/legacy-format"]);
    write("shared.json", '{ "rules": { "env/legacy-format": "off" } }');
    await hasCodes(document.uri, []);
  });
});
