import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { HostAnswer } from "../../client/commands/refresh-hosts.ts";
import type { AddedHost } from "../../client/hosts/add-ssh-host.ts";
import { detailItems, hostItem } from "../../client/views/hosts/host-item.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import type { DoctorStep } from "../../engine/connection/doctor/doctor-step.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { eventually, labFile } from "./editor.ts";

const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
const sshHost = process.env.LAB_IMAGES_SSH_HOST;
const url = `ssh://${sshHost}`;

const use = (host: string) => vscode.commands.executeCommand<string>("labImages.host.use", host);
const add = (address: string) => vscode.commands.executeCommand<AddedHost>("labImages.host.addSsh", address);
const configuration = () => vscode.workspace.getConfiguration("labImages");
const setGlobally = (name: string, value: unknown) =>
  configuration().update(name, value, vscode.ConfigurationTarget.Global);

/** What is known of the hosts of the view. */
async function known(subject?: unknown): Promise<readonly HostAnswer[]> {
  return vscode.commands.executeCommand("labImages.host.refresh", subject);
}

async function stateOf(address: string): Promise<HostAnswer["state"] | undefined> {
  return (await known()).find(({ host }) => host.url === address)?.state;
}

suite("hosts", () => {
  suiteSetup(async function () {
    if (!socket || !sshHost) this.skip();
    await setGlobally("host", undefined);
    await vscode.commands.executeCommand("labImages.hosts.focus");
  });
  suiteTeardown(async () => {
    await use("");
    await setGlobally("hosts", undefined);
    await setGlobally("host", undefined);
    await vscode.commands.executeCommand("workbench.view.explorer");
  });

  test("where no other is known than a machine without a daemon, the view offers to add one", async function () {
    const here = await eventually("what is known of this machine", async () => {
      const [only] = await known();
      return only?.state.kind === "connecting" || only?.state.kind === "not-asked" ? undefined : only;
    });
    // Whoever runs this may have a daemon, or hosts in docker's contexts and the ssh configuration.
    const hosts = await known();
    if (hosts.length > 1 || here.state.kind !== "not-reached") this.skip();
    await useKeyboard([{ see: ".welcome-view-content .monaco-button:has-text('Add SSH host')" }]);
  });

  test("those of settings and manifests are listed, and none of them is asked by itself", async () => {
    await setGlobally("hosts", ["ssh://somebody@elsewhere.invalid"]);
    const manifest = labFile("offering/lab-images.json");
    await vscode.workspace.fs.writeFile(manifest, Buffer.from('{ "hosts": ["ssh://offered.invalid"] }'));
    await eventually(
      "the manifest's host",
      async () => (await stateOf("ssh://offered.invalid")) !== undefined,
    );
    assert.deepEqual(await stateOf("ssh://offered.invalid"), { kind: "not-asked" });
    assert.deepEqual(await stateOf("ssh://somebody@elsewhere.invalid"), { kind: "not-asked" });
    await vscode.workspace.fs.delete(labFile("offering"), { recursive: true });
  });

  test("an SSH host that builds is added behind those that are there", async () => {
    const added = await add(sshHost ?? "");
    assert.deepEqual({ kept: added.isKept, url: added.host.url }, { kept: true, url });
    assert.deepEqual(configuration().get("hosts"), ["ssh://somebody@elsewhere.invalid", url]);
  });

  test("one that is not reached is not added, and says why", async () => {
    const added = await add("ann@no-such-host.invalid");
    assert.equal(added.isKept, false);
    assert.match(added.fault ?? "", /no-such-host\.invalid does not resolve/);
    assert.deepEqual(configuration().get("hosts"), ["ssh://somebody@elsewhere.invalid", url]);
  });

  test("an address that ssh could take for an option is refused", async () => {
    for (const address of ["-oProxyCommand=touch", "ann@-x", "a b"])
      await assert.rejects(async () => await add(address), /name (begins with "-"|has a character)/);
  });

  test("the one chosen for this workspace is the one that builds, whatever the settings say", async () => {
    await setGlobally("host", "unix:///nowhere.sock");
    assert.equal(await use(url), url);
    const dockerfile = labFile("over-ssh/Dockerfile");
    await vscode.workspace.fs.writeFile(dockerfile, Buffer.from("FROM busybox:test\nRUN echo over ssh\n"));
    const outcome = await vscode.commands.executeCommand<BuildOutcome>("labImages.image.build", dockerfile);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const [current] = (await known()).filter((each) => each.current);
    assert.equal(current?.host.url, url);
    assert.ok(current.state.kind === "reached");
    assert.match(current.state.facts.version ?? "", /^\d+\.\d+/);
    assert.ok((current.state.facts.disk?.free ?? 0) > 0);

    await use("");
    await assert.rejects(
      async () => await vscode.commands.executeCommand("labImages.image.build", dockerfile),
      /no Docker daemon answers at unix:\/\/\/nowhere/,
    );
  });

  test("it is chosen from a list by keyboard, and left to the settings again", async function () {
    const select = () => vscode.commands.executeCommand<string | undefined>("labImages.host.select");
    const row = ".quick-input-list .monaco-list-row";
    const chosen = select();
    const focused = (words: string) => ({ see: `${row}.focused:has-text("${words}")` });
    const typed = await useKeyboard([{ see: row }, { type: url }, focused(url), { press: "Enter" }]);
    // On the desktop the bed has no keyboard.
    if (!typed) {
      await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
      return this.skip();
    }
    assert.equal(await chosen, url);
    const left = select();
    await useKeyboard([
      { see: `${row}[data-index="0"]:has-text("${sshHost}"):has-text("this workspace's host")` },
      { type: "What the settings say" },
      focused("What the settings say"),
      { press: "Enter" },
    ]);
    assert.equal(await left, undefined);
    assert.equal((await known()).find(({ current }) => current)?.host.url, "unix:///nowhere.sock");
  });

  test("what ssh asks while it logs in is asked in the editor", async function () {
    await use(`ssh://${process.env.LAB_IMAGES_SSH_LOCKED_HOST}`);
    const typed = await useKeyboard([
      { see: ".quick-input-widget:has-text('passphrase') input[type='password']" },
      { type: process.env.LAB_IMAGES_SSH_PASSPHRASE ?? "" },
      { press: "Enter" },
    ]);
    if (!typed) {
      await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
      return this.skip();
    }
    await vscode.commands.executeCommand("labImages.hosts.focus");
    await useKeyboard([{ see: '.monaco-list-row[aria-label^="locked, this workspace\'s, Docker "]' }]);
    await vscode.commands.executeCommand("labImages.host.disconnect", "ssh://locked");
    await useKeyboard([{ see: '.monaco-list-row[aria-label="locked, this workspace\'s"]' }]);
  });

  test("another docker context is another host, as soon as docker uses it", async function () {
    const config = process.env.DOCKER_CONFIG;
    if (!config) return this.skip();
    const useContext = (name: string) => {
      const id = createHash("sha256").update(name).digest("hex");
      const meta = { Name: name, Endpoints: { docker: { Host: url } } };
      mkdirSync(join(config, "contexts", "meta", id), { recursive: true });
      writeFileSync(join(config, "contexts", "meta", id, "meta.json"), JSON.stringify(meta));
      writeFileSync(join(config, "config.json"), JSON.stringify({ currentContext: name }));
    };
    await setGlobally("host", undefined);
    await use("");
    try {
      useContext("gpu");
      await useKeyboard([{ see: '[aria-label*="Images are built on gpu"]' }]);
    } finally {
      rmSync(join(config, "contexts"), { recursive: true });
      writeFileSync(join(config, "config.json"), "{}");
      await setGlobally("host", "unix:///nowhere.sock");
    }
  });

  test("Doctor says of each step what it found, in a document", async () => {
    const steps = await vscode.commands.executeCommand<DoctorStep[]>("labImages.host.doctor", url);
    assert.deepEqual(
      steps.filter(({ name }) => name !== "disk").map(({ name, state }) => `${name} ${state}`),
      ["name", "port", "host-key", "login", "docker", "permission", "api", "buildkit", "gpus", "clock"].map(
        (name) => `${name} ok`,
      ),
    );
    const text = await eventually("all of the document", () => {
      const shown = vscode.window.activeTextEditor?.document.getText() ?? "";
      return shown.includes("Clock") ? shown : undefined;
    });
    assert.match(text, new RegExp(`^${sshHost} {2}${url}\n\nok {4}Name`));
    assert.match(text, /^ok {4}BuildKit {4}takes build sessions$/m);
  });

  test("one that is not reached says so in the view", async () => {
    const host = { url: "unix:///nowhere.sock", name: "nowhere", source: "setting" } as const;
    await use("unix:///nowhere.sock");
    await vscode.commands.executeCommand("labImages.hosts.focus");
    await useKeyboard([
      { see: '.monaco-list-row[aria-label*="local, this workspace\'s, not reached: no Docker daemon"]' },
      { see: `.monaco-list-row[aria-label^="${sshHost}, Docker "]` },
    ]);
    const state = await eventually("the cause", async () => {
      const found = (await known({ host })).find((each) => each.current)?.state;
      return found?.kind === "not-reached" ? found : undefined;
    });
    assert.equal(state.failure.cause, "no-daemon");
    await use(url);
  });

  test("its GPUs are told, each kind once", () => {
    const gpu = "NVIDIA A100-SXM4-40GB, 40960 MiB, 535.104.05";
    const facts = {
      version: "28.5.2",
      system: "Ubuntu 24.04 LTS, x86_64",
      transport: "ssh-tunnel",
      disk: { free: 512 * 1024 ** 3, at: "/var/lib/docker" },
      gpus: [gpu, gpu, "Tesla V100, 32768 MiB, 535.104.05"],
    } as const;
    const host = { url: "ssh://gpu", name: "gpu", source: "ssh-config" } as const;
    const row = { host, listed: host, current: false, why: "a host of ~/.ssh/config", builds: ["base:ssh"] };
    const shown = { ...row, state: { kind: "reached", facts } } as const;
    assert.equal(hostItem(shown).description, "building base:ssh · Docker 28.5.2 · 550GB free · 3 GPUs");
    assert.deepEqual(
      detailItems(shown).map(({ label, description }) => [label, description]),
      [
        ["base:ssh", "is being built"],
        ["Docker 28.5.2", "Ubuntu 24.04 LTS, x86_64"],
        ["550GB free", "/var/lib/docker"],
        ["2 × NVIDIA A100-SXM4-40GB", "40960 MiB, 535.104.05"],
        ["Tesla V100", "32768 MiB, 535.104.05"],
      ],
    );
    const ids = (builds: readonly string[]) => detailItems({ ...shown, builds }).map(({ id }) => id);
    assert.deepEqual(
      ids(["base:ssh", "base:ssh"]).slice(2),
      ids([]),
      "a row stays the same when a build begins",
    );
    assert.equal(new Set(ids(["base:ssh", "base:ssh"])).size, 6);
  });
});
