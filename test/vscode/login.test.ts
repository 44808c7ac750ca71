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
  suiteSetup(async function () {
    if (!socket || !registry) this.skip();
    await vscode.workspace
      .getConfiguration("labImages")
      .update("host", `unix://${socket}`, vscode.ConfigurationTarget.Global);
  });
  suiteTeardown(() =>
    vscode.workspace
      .getConfiguration("labImages")
      .update("host", undefined, vscode.ConfigurationTarget.Global),
  );

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
    assert.equal(await vscode.commands.executeCommand("labImages.registry.logOut", registry), true);
    assert.equal(kept(), undefined);
    assert.equal(await vscode.commands.executeCommand("labImages.registry.logOut", registry), false);
  });

  test("a push that lacks the login asks for it before it builds, and goes on", async function () {
    const manifest = { registry: `${registry}/ada`, images: { asked: { tag: "v1" } } };
    const path = labFile("asking/lab-images.json");
    await vscode.workspace.fs.writeFile(path, Buffer.from(JSON.stringify(manifest)));
    const dockerfile = labFile("asking/asked/Dockerfile");
    await vscode.workspace.fs.writeFile(dockerfile, Buffer.from("FROM busybox:test\nRUN echo asked > /it\n"));
    const built = vscode.commands.executeCommand<BuildOutcome>("labImages.image.buildAndPush", dockerfile);
    const typed = await useKeyboard([...answer("(1 of 2)", "ada"), ...answer("(2 of 2)", password)]);
    if (!typed) return this.skip();
    const outcome = await built;
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const { auth: authorization } = login;
    const answered = await fetch(`http://${registry}/v2/ada/asked/tags/list`, {
      headers: { authorization: `Basic ${authorization}` },
    });
    assert.deepEqual(await answered.json(), { name: "ada/asked", tags: ["v1"] });
  });
});
