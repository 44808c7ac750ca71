import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { judgeCudaTag } from "../../core/cuda/tags.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { eventually, labFile, problems } from "./editor.ts";

const suggestion = { see: ".suggest-widget.visible .monaco-list-row.focused" };
const enter = { press: "Enter" };

/** Waits for the list whose first entry is this one, and takes it. */
function take(label: string) {
  return [{ see: `.suggest-widget.visible .monaco-list-row.focused[aria-label^="${label}"]` }, enter];
}

suite("a Dockerfile is written by keyboard", () => {
  test("PyTorch on CUDA for driver 535, from an empty file, with completion and snippets alone", async function () {
    const manifest = labFile("driver535/lab-images.json");
    const file = labFile("driver535/train/Dockerfile");
    await vscode.workspace.fs.writeFile(manifest, Buffer.from('{ "gpuDriver": "535.104" }\n'));
    await vscode.workspace.fs.writeFile(file, new Uint8Array());
    const { document } = await vscode.window.showTextDocument(file);
    await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
    const typed = await useKeyboard([
      { type: "FROM nvidia" },
      ...take("nvidia/cuda:"),
      // The release that the driver knows, cuDNN, what a job needs, the system.
      ...take("12.2.2"),
      ...take("cudnn8"),
      suggestion,
      { press: "ArrowDown" },
      ...take("runtime"),
      ...take("ubuntu22.04"),
    ]);
    // On the desktop the bed has no keyboard.
    if (!typed) return this.skip();
    const base = "FROM nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04";
    await eventually("the base", () => document.getText() === base);
    await useKeyboard([
      enter,
      { type: "apt-run" },
      ...take("apt-run"),
      { type: "python3 python3-pip" },
      { press: "Tab" },
      { type: "torch-run" },
      ...take("torch-run"),
      // The choice of wheels: the first.
      suggestion,
      enter,
    ]);
    await eventually("torch", () => document.getText().includes("torch=="));
    await vscode.commands.executeCommand("workbench.action.files.save");
    const text = document.getText();
    assert.match(text, /apt-get install -y --no-install-recommends \\\n\s+python3 python3-pip \\\n/);
    assert.match(text, /pip3 install --no-cache-dir torch==2\.5\.1 .*\/whl\/cu121\n$/);
    assert.equal(judgeCudaTag("12.2.2-cudnn8-runtime-ubuntu22.04").kind, "published");
    // A mistake is found in this very file, so that an empty list of problems says something.
    await useKeyboard([{ press: "Control+End" }, { type: "ENV A b" }]);
    await eventually("a problem", () => problems(document.uri).length === 1);
    await useKeyboard([{ press: "Control+F8" }]);
    await eventually("no problem", () => problems(document.uri).length === 0);
    assert.equal(document.getText(), `${text}ENV A=b`);
  });

  test("a new image: the guide's question, a name, a base, what comes with it", async function () {
    const made = vscode.commands.executeCommand<vscode.Uri>("labImages.image.new");
    const asked = (question: string) => ({ see: `.quick-input-widget input[placeholder^="${question}"]` });
    /** Types until the entry that holds the words is the chosen one, and takes it. */
    const choose = (question: string, words: string) => [
      asked(question),
      { type: words },
      { see: `.quick-input-widget .monaco-list-row.focused[aria-label*="${words}"]` },
      enter,
    ];
    const typed = await useKeyboard([
      // The test before has left another lab in the workspace.
      ...choose("The lab that", "pytorch"),
      ...choose("Do you need", "large library"),
      asked("colmap"),
      { type: "jax-images" },
      enter,
      ...choose("What does it build on", "CUDA 12.2.2, Ubuntu 22.04"),
      ...choose("What comes", "JAX"),
    ]);
    if (!typed) {
      await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
      return this.skip();
    }
    const uri = await made;
    assert.equal(uri?.fsPath, labFile("jax-images/Dockerfile").fsPath);
    const document = await vscode.workspace.openTextDocument(uri);
    assert.match(document.getText(), /pip3 install --no-cache-dir 'jax\[cuda12\]'/);
    const manifest = Buffer.from(await vscode.workspace.fs.readFile(labFile("lab-images.json"))).toString();
    assert.match(manifest, /"jax-images"/);
    await eventually("its only advice", () => problems(document.uri).every(({ severity }) => severity >= 2));
    await vscode.workspace.fs.delete(labFile("lab-images.json"));
    await vscode.workspace.fs.delete(labFile("jax-images"), { recursive: true });
  });
});
