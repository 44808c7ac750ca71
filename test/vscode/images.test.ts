import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { Pruned } from "../../client/commands/prune.ts";
import type { ShownImage } from "../../client/views/images/image-nodes.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import type { CudaCheck } from "../../engine/images/check-cuda.ts";
import type { ImageOutcome } from "../../engine/lab/lab-build-event.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { isRunning } from "../engine/build/running-command.ts";
import { eventually, labFile } from "./editor.ts";

const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
const sshHost = process.env.LAB_IMAGES_SSH_HOST;
const configuration = () => vscode.workspace.getConfiguration("labImages");
const onArgument = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";

const run = <T>(command: string, ...args: readonly unknown[]) =>
  vscode.commands.executeCommand<T>(`labImages.${command}`, ...args);

async function write(path: string, text: string): Promise<vscode.Uri> {
  const uri = labFile(path);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

/** The images of the small lab, each with its state. */
async function shown(): Promise<readonly string[]> {
  const images = await run<readonly ShownImage[]>("images.refresh");
  return images
    .filter(({ lab }) => lab.endsWith("/small"))
    .map(({ name, depth, shown }) => {
      const why = shown.kind === "stale" ? ` (${shown.reasons.join(", ")})` : "";
      return `${"  ".repeat(depth)}${name}: ${shown.kind}${why}`;
    });
}

suite("images", () => {
  let base: vscode.Uri;
  let torch: vscode.Uri;

  suiteSetup(async function () {
    if (!socket) this.skip();
    await configuration().update("host", `unix://${socket}`, vscode.ConfigurationTarget.Global);
    const images = {
      base: { tag: "v1", args: { BASE_IMG: "busybox:test" } },
      torch: { tag: "v2", args: { BASE_IMG: "${image:base}" } },
    };
    await write("small/lab-images.json", JSON.stringify({ images }));
    base = await write("small/base/Dockerfile", `${onArgument}RUN echo base > /base\n`);
    torch = await write("small/torch/Dockerfile", `${onArgument}RUN echo torch > /torch\n`);
    await run("images.focus");
  });
  suiteTeardown(async () => {
    await vscode.workspace.fs.delete(labFile("small"), { recursive: true });
    await configuration().update("host", undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand("workbench.view.explorer");
  });

  test("each stands beneath its base, with its state", async () => {
    assert.deepEqual(await shown(), ["base: not-built", "  torch: not-built"]);
  });

  test("the button above the rows builds the lab's, also where it is handed an image's row", async () => {
    // The editor hands over the row that has the focus, unless the view was just drawn anew.
    const row = {
      kind: "image",
      image: { name: "torch", dockerfile: torch.fsPath },
      lab: { root: labFile("small").fsPath },
    };
    const outcomes = await run<Record<string, { kind: string }>>("lab.buildStale", row);
    assert.deepEqual(
      Object.entries(outcomes).map(([name, { kind }]) => [name, kind]),
      [
        ["base", "built"],
        ["torch", "built"],
      ],
    );
    assert.deepEqual(await shown(), ["base: current", "  torch: current"]);
  });

  test("a build and a change show; what builds on a stale one is stale too", async () => {
    for (const image of [base, torch]) assert.ok((await run<BuildOutcome>("image.build", image)).ok);
    assert.deepEqual(await shown(), ["base: current", "  torch: current"]);
    await write("small/base/Dockerfile", `${onArgument}RUN echo other > /base\n`);
    assert.deepEqual(await shown(), ["base: stale (dockerfile)", "  torch: stale (base)"]);
  });

  test("layers: the largest first, with where it is from; Enter goes to the instruction's line", async () => {
    const going = run<vscode.Location>("image.showLayers", torch);
    const row = ".quick-input-list-row";
    await useKeyboard([
      { see: ".quick-input-title:has-text('3 layers, 1.98MB (100%) from its base')" },
      { see: `${row}:has-text('1.98MB · 100%'):has-text('from busybox:test')` },
      { see: `${row}:has-text('6B · <1%'):has-text('small/torch/Dockerfile:3')` },
      { type: "echo torch" },
      { press: "Enter" },
    ]);
    const { uri, range } = await going;
    assert.deepEqual([uri.fsPath, range.start.line], [torch.fsPath, 2]);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, torch.fsPath);
    assert.equal(vscode.window.activeTextEditor?.selection.start.line, 2);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });

  test("layers: what is in no Dockerfile is shown whole, as the image has it", async () => {
    const going = run<vscode.Location>("image.showLayers", torch);
    await useKeyboard([{ see: ".quick-input-list-row:has-text('from busybox:test')" }, { press: "Enter" }]);
    const { uri, range } = await going;
    const document = vscode.window.activeTextEditor?.document ?? assert.fail("it is shown");
    assert.deepEqual([document.uri.toString(), document.languageId], [uri.toString(), "dockerfile"]);
    const { line } = range.start;
    assert.deepEqual(
      [document.lineAt(line - 1).text, document.lineAt(line).text],
      ["# 1.98MB, 100%", "Imported from -"],
    );
    assert.match(document.getText(), /\n# 6B, <1%, small\/torch\/Dockerfile:3\nRUN echo torch > \/torch\n$/);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });

  test("a shell in an image answers, and its container goes with it", async () => {
    const gpuAcceleration = "terminal.integrated.gpuAcceleration";
    await vscode.workspace.getConfiguration().update(gpuAcceleration, "off", true);
    const terminal = await run<vscode.Terminal>("image.openShell", base);
    const closed = new Promise<void>((resolve) => {
      const listener = vscode.window.onDidCloseTerminal((each) => {
        if (each !== terminal) return;
        listener.dispose();
        resolve();
      });
    });
    const seconds = `${9000 + (process.pid % 500)}.25`;
    terminal.sendText('echo "the answer is $((6 * 7)) from $(cat /base)"');
    await useKeyboard([
      { see: ".terminal-wrapper.active .xterm-rows:has-text('the answer is 42 from base')" },
    ]);
    terminal.sendText(`sleep ${seconds} & `);
    await eventually("the command in the container", () => isRunning("sleep", seconds));
    terminal.sendText("exit 3");
    await closed;
    await eventually("the end of the container", () => !isRunning("sleep", seconds));
    await vscode.workspace.getConfiguration().update(gpuAcceleration, undefined, true);
  });

  test("CUDA: that the host has no GPU is found", async () => {
    const check = await run<CudaCheck>("image.checkCuda", base);
    assert.deepEqual(
      { ...check, refused: check.refused?.why },
      {
        ...{ image: "base:v1", refused: "no-gpu", gpus: [], smiFault: undefined },
        ...{ cuda: undefined, torch: undefined },
      },
    );
    await vscode.commands.executeCommand("notifications.showList");
    await useKeyboard([
      { see: ".notification-list-item-message:has-text('has no GPU that Docker can give')" },
    ]);
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  test("one more name, which is checked; copied and removed it is gone", async () => {
    await assert.rejects(async () => await run("image.tag", base, "Base:Copy"), /upper case/);
    assert.equal(await run("image.tag", base, "base:copy"), "base:copy");
    assert.equal(await run("image.copyReference", base), "base:v1");
    assert.equal(await vscode.env.clipboard.readText(), "base:v1");
    const removal = run<readonly string[]>("image.remove", base);
    await useKeyboard([
      { see: ".quick-input-list .monaco-list-row.focused:has-text('Remove only the name base:v1')" },
      { press: "Enter" },
    ]);
    assert.deepEqual(await removal, ["base:v1"]);
    assert.deepEqual(await shown(), ["base: not-built", "  torch: stale (base)"]);
  });

  test("prune shows what a rebuild left, and frees it", async () => {
    await run("image.build", base);
    await write("small/base/Dockerfile", `${onArgument}RUN echo third > /base\n`);
    await run("image.build", base);
    const pruning = run<Pruned>("host.prune");
    await useKeyboard([
      { see: ".quick-input-list-row:has-text('without a name')" },
      { see: ".quick-input-list-row:has-text('of build cache')" },
      { press: "Enter" },
    ]);
    const { images, freed } = await pruning;
    assert.ok(images > 0 && freed > 0, `${images} images, ${freed} bytes`);
    assert.deepEqual(await run("host.prune"), { images: 0, freed: 0 });
  });

  test("pushed as it is on the host, it shows its digest", async function () {
    const registry = process.env.LAB_IMAGES_REGISTRY;
    if (!registry) return this.skip();
    const manifest = { registry: `${registry}/shown`, images: { ready: { tag: "v1" } } };
    await write("shown/lab-images.json", JSON.stringify(manifest));
    const ready = await write("shown/ready/Dockerfile", "FROM busybox:test\nRUN echo ready > /ready\n");
    const image = async () =>
      (await run<readonly ShownImage[]>("images.refresh")).find(({ name }) => name === "ready");
    await assert.rejects(async () => await run("image.push", ready), /is not on .* Build it there first/);
    await run("image.build", ready);
    assert.equal((await image())?.shown.kind, "current");
    const outcome = await run<ImageOutcome>("image.push", ready);
    assert.ok(outcome.kind === "pushed", JSON.stringify(outcome));
    const answer = await fetch(`http://${registry}/v2/shown/ready/manifests/v1`, {
      headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" },
    });
    const digest = answer.headers.get("docker-content-digest");
    assert.deepEqual(outcome.digests, [digest]);
    const { shown: state, pushed } = (await image()) ?? assert.fail("it is shown");
    assert.deepEqual({ kind: state.kind, pushed }, { kind: "pushed", pushed: digest });
    const words = `ready, pushed · ${digest?.slice("sha256:".length, "sha256:".length + 12)}`;
    const row = (label: string) => ({ see: `.monaco-list-row[aria-label^="${label}"]` });
    await useKeyboard([row(words)]);
    // What is not saved counts: it is what a build takes.
    const editor = await vscode.window.showTextDocument(ready);
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "RUN echo more > /more\n"));
    await useKeyboard([row("ready, stale: Dockerfile changed")]);
    await vscode.commands.executeCommand("undo");
    await useKeyboard([row(words)]);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await vscode.workspace.fs.delete(labFile("shown"), { recursive: true });
    const pane = '.pane:has(.pane-header[aria-label^="Images"])';
    await useKeyboard([{ see: `${pane}:not(:has(.monaco-list-row[aria-label^="ready"]))` }]);
  });

  test("on an SSH host: once it is connected to, and no longer than that", async function () {
    if (!sshHost) return this.skip();
    const url = `ssh://${sshHost}`;
    const row = (words: string) => `.monaco-list-row[aria-label^="${words}"]`;
    await run("host.use", url);
    try {
      await useKeyboard([
        { see: row(`torch, stale: base changed`) },
        { see: `[aria-label$="on ${sshHost}"]` },
      ]);
      await run("host.disconnect", url);
      const message = `.pane-body .message:has-text('${sshHost} is not connected.')`;
      await useKeyboard([{ see: message }, { see: row(`torch, on ${sshHost}`) }]);
      await useKeyboard([{ see: row(`Connect to ${sshHost}: `) }]);
      assert.deepEqual(await shown(), ["base: current", "  torch: stale (base)"]);
    } finally {
      await run("host.use", "");
    }
  });

  test("a host that does not answer leaves the images, and says why", async () => {
    await run("host.use", "unix:///nowhere.sock");
    try {
      assert.deepEqual(await shown(), ["base: unknown", "  torch: unknown"]);
      await useKeyboard([
        { see: ".pane-body .message:has-text('no Docker daemon answers at unix:///nowhere.sock')" },
        { see: '.monaco-list-row[aria-label^="Select Host…: "]' },
      ]);
    } finally {
      await run("host.use", "");
    }
    await useKeyboard([{ see: '.monaco-list-row[aria-label^="base, built"]' }]);
  });
});
