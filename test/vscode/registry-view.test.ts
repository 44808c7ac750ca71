import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { registryItem } from "../../client/views/registry/registry-item.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { eventually, labFile, openText } from "./editor.ts";

/** A registry of the bed's, with what test/bed/lab-registry.mjs puts there. */
const registry = process.env.LAB_IMAGES_REGISTRY;
const digest = process.env.LAB_IMAGES_REGISTRY_DIGEST;

suite("the Registry view", () => {
  const manifest = labFile("viewing/lab-images.json");

  suiteSetup(async function () {
    if (!registry) this.skip();
    const text = JSON.stringify({ registry: `${registry}/lab`, images: { base: { tag: "v1" }, later: {} } });
    await vscode.workspace.fs.writeFile(manifest, Buffer.from(text));
  });
  suiteTeardown(() => vscode.workspace.fs.delete(manifest, { useTrash: false }).then(undefined, () => {}));

  test("shows the lab's repositories, what is not pushed yet, and what is under a tag", async function () {
    await vscode.commands.executeCommand("labImages.registry.focus");
    const row = (label: string) => `.monaco-list-row[aria-label^="${label}"]`;
    const seen = await useKeyboard([
      { see: row(`${registry}/lab`) },
      { see: row("later, not pushed yet") },
      { see: row("base") },
    ]);
    // On the desktop the bed has no keyboard.
    if (!seen) return this.skip();
    await vscode.commands.executeCommand("labImages.registry.focus");
    for (const [command, label] of [
      ["list.focusFirst", `${registry}/lab`],
      ["list.focusDown", "base"],
    ] as const) {
      await vscode.commands.executeCommand(command);
      await useKeyboard([{ see: `${row(label)}.focused` }]);
    }
    await vscode.commands.executeCommand("list.expand");
    const tag = `${row("v1, ")}[aria-label*="linux/amd64"][aria-label*="${digest?.slice(7, 19)}"]`;
    await useKeyboard([{ see: tag }]);
  });

  test("nothing that a registry says is obeyed", () => {
    const repository = {
      kind: "repository",
      ...{ registry: "lab.example", root: "/lab", host: undefined },
      path: "ada/odd",
      name: "odd",
      isThere: true,
      tags: [],
      pages: 1,
      more: false,
      failure: undefined,
      unlooked: [],
    } as const;
    const listed = {
      tag: "v1\u001b[31m",
      digest: `sha256:${"0".repeat(64)}`,
      platforms: ["linux/\u202eamd64"],
      size: 5_000,
      created: "2026-11-01T10:00:00Z",
      cuda: "12\u0007",
      labels: { "[run](command:evil)": "$(bug) **bold**\u001b[2J\nnext" },
    };
    const item = registryItem({ ...repository, kind: "tag", repository, listed });
    assert.equal(item.label, "v1");
    assert.match(String(item.description), /^5\.00kB · .* · CUDA 12 · linux\/amd64 · 000000000000$/);
    // A string, which VS Code shows as it is: Markdown would be another type.
    assert.equal(typeof item.tooltip, "string");
    assert.match(String(item.tooltip), /\n\[run\]\(command:evil\)=\$\(bug\) \*\*bold\*\* next$/);
    const shown = JSON.stringify([item.label, item.description, item.tooltip, item.accessibilityInformation]);
    assert.doesNotMatch(shown, /\\u00(?:1b|07)|\\u202e|\u202e/);
  });

  test("a tag becomes the base of the Dockerfile in the editor; name and digest are copied", async () => {
    const { document } = await openText("FROM ubuntu:22.04\nRUN true\n");
    const reference = `${registry}/lab/base:v1`;
    const node = { kind: "tag", registry, path: "lab/base", listed: { tag: "v1" } };
    assert.equal(await vscode.commands.executeCommand("labImages.registry.useAsBase", node), reference);
    assert.equal(document.getText(), `FROM ${reference}\nRUN true\n`);
    await vscode.commands.executeCommand("labImages.registry.copyDigest", reference);
    assert.equal(await vscode.env.clipboard.readText(), `${reference}@${digest}`);
    await vscode.commands.executeCommand("labImages.registry.copyReference", node);
    assert.equal(await vscode.env.clipboard.readText(), reference);
  });

  test("a tag is compared with the host's image, and deleted once the user has agreed", async function () {
    const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
    if (!socket) return this.skip();
    const settings = vscode.workspace.getConfiguration("labImages");
    await settings.update("host", `unix://${socket}`, vscode.ConfigurationTarget.Global);
    try {
      const reference = `${registry}/nvidia/cuda:14.0.0-devel-ubuntu26.04`;
      assert.partialDeepStrictEqual(
        await vscode.commands.executeCommand("labImages.registry.compare", reference),
        { kind: "not-on-host" },
      );
      const run = (answer: string) =>
        vscode.commands.executeCommand<boolean>("labImages.registry.deleteTag", reference, answer);
      assert.equal(await run(reference), true);
      const tags = async () =>
        ((await (await fetch(`http://${registry}/v2/nvidia/cuda/tags/list`)).json()) as { tags: string[] })
          .tags;
      await eventually(
        "the other tags alone",
        async () => !(await tags()).includes("14.0.0-devel-ubuntu26.04"),
      );
    } finally {
      await settings.update("host", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
