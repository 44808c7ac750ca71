import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";
import type { ShownImage } from "../../client/views/images/image-nodes.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { installFakeRunai } from "../bed/install-fake-runai.mjs";
import { useKeyboard } from "../bed/page-requests.mjs";
import { answer } from "./answer.ts";
import { eventually, extensionId, labFile, problems } from "./editor.ts";

const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
const sshHost = process.env.LAB_IMAGES_SSH_HOST;
/** Of the bed's, where ada logs in. */
const registry = process.env.LAB_IMAGES_CLOSED_REGISTRY ?? "";
const password = "pw-of-ada";
const folder = "day";

const run = <T>(command: string, ...args: readonly unknown[]) =>
  vscode.commands.executeCommand<T>(`labImages.${command}`, ...args);

async function write(path: string, text: string): Promise<vscode.Uri> {
  const uri = labFile(`${folder}/${path}`);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

/** What the Images view shows of this lab. */
async function shown(): Promise<readonly ShownImage[]> {
  const images = await run<readonly ShownImage[]>("images.refresh");
  return images.filter(({ lab }) => lab === labFile(folder).fsPath);
}

async function states(): Promise<readonly string[]> {
  return (await shown()).map(({ name, shown: { kind } }) => `${name}: ${kind}`);
}

/** The digest that the registry has for a tag. */
async function digestInRegistry(repository: string, tag: string): Promise<string | null> {
  const answered = await fetch(`http://${registry}/v2/${repository}/manifests/${tag}`, {
    headers: {
      accept:
        "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
      authorization: `Basic ${Buffer.from(`ada:${password}`).toString("base64")}`,
    },
  });
  assert.equal(answered.status, 200, `${repository}:${tag} is in the registry`);
  return answered.headers.get("docker-content-digest");
}

function manifestText(job?: object): string {
  const images = {
    base: { tag: "ssh", args: { BASE_IMG: "busybox:test" } },
    pytorch: { tag: "torch210", args: { BASE_IMG: "${image:base}" } },
  };
  return JSON.stringify({ registry: `${registry}/cvlab/ada`, images, ...(job ? { job } : {}) });
}

/** What the fake of Run:ai's command makes of a line that somebody pastes into a shell. */
function understood(version: "v1" | "v2", line: string): { name: string; flags: Record<string, string> } {
  const scratch = mkdtempSync(join(tmpdir(), "lab-images-day-"));
  try {
    const { extensionPath = "" } = vscode.extensions.getExtension(extensionId) ?? {};
    const fake = installFakeRunai(scratch, version, join(extensionPath, "test/bed/fake-runai.mjs"));
    const PATH = [fake.path, process.env.PATH].join(delimiter);
    execFileSync("sh", ["-c", line], { env: { ...process.env, PATH } });
    return JSON.parse(readFileSync(fake.record, "utf8"));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The guide's day: two images that build on each other, a shared node over SSH, a registry that wants a password. */
suite("a day in the lab", () => {
  let base: vscode.Uri;
  let pytorch: vscode.Uri;

  suiteSetup(async function () {
    if (!socket || !sshHost || !registry) this.skip();
    await write("lab-images.json", manifestText());
    base = await write("base/Dockerfile", "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN echo tools > /tools\n");
    pytorch = await write("pytorch/Dockerfile", "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN cat /tools > /seen\n");
    await run("registry.logOut", registry);
    await run("host.use", `ssh://${sshHost}`);
    await run("images.focus");
  });
  suiteTeardown(async () => {
    await vscode.workspace.fs.delete(labFile(folder), { recursive: true });
    await run("host.use", "");
    await vscode.commands.executeCommand("workbench.view.explorer");
  });

  test("Build and push on pytorch builds base first, asks for the login once, and pushes both", async function () {
    await vscode.window.showTextDocument(pytorch);
    const built = run<BuildOutcome>("image.buildAndPush", pytorch);
    const typed = await useKeyboard([...answer("(1 of 2)", "ada"), ...answer("(2 of 2)", password)]);
    // On the desktop the bed has no keyboard.
    if (!typed) return this.skip();
    const outcome = await built;
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.deepEqual(await states(), ["base: pushed", "pytorch: pushed"]);
    const inRegistry = [
      await digestInRegistry("cvlab/ada/base", "ssh"),
      await digestInRegistry("cvlab/ada/pytorch", "torch210"),
    ];
    assert.deepEqual(
      (await shown()).map(({ pushed, host }) => ({ digest: pushed?.split("@").at(-1), host })),
      inRegistry.map((digest) => ({ digest, host: `ssh://${sshHost}` })),
    );
    const digits = inRegistry[1]?.replace("sha256:", "").slice(0, 12);
    await useKeyboard([{ see: `.monaco-list-row[aria-label*="pushed"][aria-label*="${digits}"]` }]);
  });

  test("a pushed image becomes a base, is built on and pushed; its job command starts it, and nothing is asked again", async function () {
    await run("registry.focus");
    const row = (label: string) => `.monaco-list-row[aria-label^="${label}"]`;
    // On the desktop the bed has no keyboard, and nobody has logged in.
    const seen = await useKeyboard([{ see: row(`${registry}/cvlab/ada`) }, { see: row("pytorch") }]);
    if (!seen) return this.skip();
    const finetune = await write("finetune/Dockerfile", "FROM ubuntu:22.04\nRUN cat /seen > /tuned\n");
    const { document } = await vscode.window.showTextDocument(finetune);
    const node = { kind: "tag", registry, path: "cvlab/ada/pytorch", listed: { tag: "torch210" } };
    await run("registry.useAsBase", node);
    assert.match(document.getText(), new RegExp(`^FROM ${registry}/cvlab/ada/pytorch:torch210\n`));
    await document.save();
    const outcome = await run<BuildOutcome>("image.buildAndPush", finetune);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const [image] = outcome.tags;
    await digestInRegistry("cvlab/ada/finetune", "latest");
    for (const version of ["v1", "v2"] as const) {
      await write(
        "lab-images.json",
        manifestText({ cli: `runai-${version}`, gpu: 1, command: "cat /tuned" }),
      );
      const line = await run<string>("job.copy", finetune, "tune");
      const { name, flags } = understood(version, line);
      assert.deepEqual({ name, image: flags.image }, { name: "tune", image });
    }
    await write("lab-images.json", manifestText());
    await run("images.focus");
  });

  test("a changed line of base makes both stale", async () => {
    await write("base/Dockerfile", "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN echo more tools > /tools\n");
    assert.deepEqual(await states(), ["base: stale", "pytorch: stale", "finetune: stale"]);
  });

  test("a RUN that breaks turns its line red, with the reason", async () => {
    await write("base/Dockerfile", "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN echo no such tool && exit 9\n");
    const { document } = await vscode.window.showTextDocument(base);
    const outcome = await run<BuildOutcome>("image.buildAndPush", pytorch);
    assert.equal(outcome.ok, false);
    const failure = await eventually("the failure", () =>
      problems(base).find(({ code }) => code === "build"),
    );
    assert.equal(document.getText(failure.range), "RUN echo no such tool && exit 9");
    assert.match(failure.message, /exit code 9/);
    assert.match(failure.message, /\nno such tool$/);
    await useKeyboard([{ see: ".view-overlays .cdr[class*='ced-']" }]);
    assert.deepEqual(await states(), ["base: failed", "pytorch: stale", "finetune: stale"]);
  });
});
