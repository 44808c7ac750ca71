import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";
import { installFakeRunai } from "../bed/install-fake-runai.mjs";
import { eventually, labFile } from "./editor.ts";

suite("jobs", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-images-jobs-"));
  const path = process.env.PATH;
  const dockerfile = labFile("jobs/torch/Dockerfile");

  suiteSetup(async () => {
    const job = { cli: "runai-v2", gpu: 1, environment: { WORDS: "it's $HOME" }, command: "python train.py" };
    const manifest = { registry: "localhost:9/lab", images: { torch: { tag: "1" } }, job };
    await vscode.workspace.fs.writeFile(
      labFile("jobs/lab-images.json"),
      Buffer.from(JSON.stringify(manifest)),
    );
    await vscode.workspace.fs.writeFile(dockerfile, Buffer.from("FROM busybox:test\n"));
  });
  suiteTeardown(async () => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
    await vscode.workspace.fs.delete(labFile("jobs"), { recursive: true });
  });

  test("the command is copied, also where the registry does not answer", async () => {
    const line = await vscode.commands.executeCommand<string>("labImages.job.copy", dockerfile, "train1");
    const expected =
      "runai training submit train1 --image localhost:9/lab/torch:1 --gpu-devices-request 1 " +
      "-e 'WORDS=it'\\''s $HOME' -- bash -c 'python train.py'";
    assert.equal(line, expected);
    assert.equal(await vscode.env.clipboard.readText(), expected);
  });

  test("of a tag in the registry too, as the lab has its jobs", async () => {
    const tag = { kind: "tag", registry: "localhost:9", path: "lab/torch", listed: { tag: "older" } };
    const copy = () => vscode.commands.executeCommand<string>("labImages.job.copy", tag, "train1");
    const expected = "runai training submit train1 --image localhost:9/lab/torch:older --gpu-devices";
    // The editor's watcher tells of the lab, which was just written, in its own time.
    await eventually(expected, async () => (await copy()).startsWith(expected));
  });

  test("a job is submitted by the runai on the PATH; without one its command is copied", async () => {
    process.env.PATH = "/nowhere";
    const submit = () =>
      vscode.commands.executeCommand<{ started: boolean }>("labImages.job.submit", dockerfile, "train2");
    assert.equal((await submit()).started, false);
    assert.match(await vscode.env.clipboard.readText(), /^runai training submit train2 /);
    const repository = vscode.extensions.getExtension("lab-images.lab-images")?.extensionPath ?? "";
    const fake = installFakeRunai(folder, "v2", join(repository, "test/bed/fake-runai.mjs"));
    process.env.PATH = [fake.path, path].join(delimiter);
    assert.equal((await submit()).started, true);
    await eventually("what the fake understood", () => existsSync(fake.record));
    const { name, flags, container } = JSON.parse(readFileSync(fake.record, "utf8"));
    assert.equal(name, "train2");
    assert.deepEqual(flags["environment-variable"], ["WORDS=it's $HOME"]);
    assert.deepEqual(container, ["bash", "-c", "python train.py"]);
  });
});
