import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { useKeyboard } from "../bed/page-requests.mjs";
import { answer } from "./answer.ts";
import { labFile } from "./editor.ts";

const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;
/** Of the bed's, where ada logs in. */
const registry = process.env.LAB_IMAGES_CLOSED_REGISTRY ?? "";
const password = "pw-of-ada";

/** What docker's config, one of the suite's own, says of the registry. */
function kept(): unknown {
  const config = readFileSync(join(process.env.DOCKER_CONFIG ?? "", "config.json"), "utf8");
  return JSON.parse(config).auths[registry];
}

const login = { auth: Buffer.from(`ada:${password}`).toString("base64") };

suite("logging in", () => {
  const setHost = (host: string | undefined) =>
    vscode.workspace.getConfiguration("labImages").update("host", host, vscode.ConfigurationTarget.Global);

  suiteSetup(async function () {
    if (!socket || !registry) this.skip();
    await setHost(`unix://${socket}`);
  });
  suiteTeardown(async () => {
    await vscode.workspace.fs
      .delete(labFile("asking"), { recursive: true, useTrash: false })
      .then(undefined, () => {});
    await setHost(undefined);
  });

  test("by keyboard: a wrong password is asked for again, and the right one kept as docker keeps it", async function () {
    const loggedIn = vscode.commands.executeCommand<boolean>("labImages.registry.logIn", registry);
    const typed = await useKeyboard([
      ...answer("(1 of 2)", "ada"),
      ...answer("(2 of 2)", "wrong-one"),
      { see: '.quick-input-widget:has-text("Check the user and the password") input' },
      ...answer("(2 of 2)", password),
    ]);
    // On the desktop the bed has no keyboard.
    if (!typed) return this.skip();
    assert.equal(await loggedIn, true);
    assert.deepEqual(kept(), login);
    // The button of the view's title is handed the row that has the focus, and asks all the same.
    const loggedOut = vscode.commands.executeCommand("labImages.registry.logOutOfAny", { registry });
    const question = '.quick-input-widget input[placeholder="The registry to log out of"]';
    await useKeyboard([{ see: question }, { press: "Escape" }]);
    assert.equal(await loggedOut, false);
    assert.deepEqual(kept(), login);
    assert.equal(await vscode.commands.executeCommand("labImages.registry.logOut", registry), true);
    assert.equal(kept(), undefined);
    assert.equal(await vscode.commands.executeCommand("labImages.registry.logOut", registry), false);
  });

  test("where the host is not reached no password is asked for, and it is said why", async () => {
    await setHost("ssh://ada@no-such-host.invalid");
    try {
      await assert.rejects(
        async () => await vscode.commands.executeCommand("labImages.registry.logIn", registry),
        /no-such-host\.invalid does not resolve/,
      );
    } finally {
      await setHost(`unix://${socket}`);
    }
  });

  test("Build and push of an image over ssh: its base first, and the login is asked for once", async function () {
    const sshHost = process.env.LAB_IMAGES_SSH_HOST;
    if (!sshHost) return this.skip();
    const files = {
      "lab-images.json": JSON.stringify({
        registry: `${registry}/ada`,
        images: { base: { tag: "ssh" }, pytorch: { tag: "v1", args: { BASE_IMG: "${image:base}" } } },
      }),
      "base/Dockerfile": "FROM busybox:test\nRUN echo base > /base\n",
      "pytorch/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN test -f /base && echo done > /it\n",
    };
    for (const [path, text] of Object.entries(files))
      await vscode.workspace.fs.writeFile(labFile(`asking/${path}`), Buffer.from(text));
    await setHost(`ssh://${sshHost}`);
    try {
      const built = vscode.commands.executeCommand<BuildOutcome>(
        "labImages.image.buildAndPush",
        labFile("asking/pytorch/Dockerfile"),
      );
      const typed = await useKeyboard([...answer("(1 of 2)", "ada"), ...answer("(2 of 2)", password)]);
      if (!typed) return this.skip();
      const outcome = await built;
      assert.ok(outcome.ok, JSON.stringify(outcome));
    } finally {
      await setHost(`unix://${socket}`);
    }
    const { auth } = login;
    for (const [name, tag] of [
      ["base", "ssh"],
      ["pytorch", "v1"],
    ]) {
      const headers = { authorization: `Basic ${auth}` };
      const answered = await fetch(`http://${registry}/v2/ada/${name}/tags/list`, { headers });
      assert.deepEqual(await answered.json(), { name: `ada/${name}`, tags: [tag] });
    }
  });

  test("a registry of the view that wants a login shows what it has once there is one", async function () {
    await vscode.commands.executeCommand("labImages.registry.logOut", registry);
    await vscode.commands.executeCommand("labImages.registry.focus");
    const row = (label: string) => `.monaco-list-row[aria-label^="${label}"]`;
    // The welcome content offers it where no other registry has anything to show.
    const offered = '.welcome-view-content .monaco-button:has-text("Log in")';
    if (!(await useKeyboard([{ see: `${row(`${registry}/ada, not logged in`)}, ${offered}` }])))
      return this.skip();
    const loggedIn = vscode.commands.executeCommand<boolean>("labImages.registry.logIn", { registry });
    await useKeyboard([...answer("(1 of 2)", "ada"), ...answer("(2 of 2)", password)]);
    assert.equal(await loggedIn, true);
    await useKeyboard([{ see: row("pytorch") }]);
  });
});
