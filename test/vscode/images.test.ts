import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { ShownImage } from "../../client/views/images/image-nodes.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { labFile } from "./editor.ts";

const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
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

  test("a build and a change show; what builds on a stale one is stale too", async () => {
    for (const image of [base, torch]) assert.ok((await run<BuildOutcome>("image.build", image)).ok);
    assert.deepEqual(await shown(), ["base: current", "  torch: current"]);
    await write("small/base/Dockerfile", `${onArgument}RUN echo other > /base\n`);
    assert.deepEqual(await shown(), ["base: stale (dockerfile)", "  torch: stale (base)"]);
  });
});
