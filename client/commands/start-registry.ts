import { join } from "node:path";
import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { manifestName } from "../../core/lab/manifest.ts";
import { withRegistry } from "../../core/lab/registry-entry.ts";
import type { LocalRegistry } from "../../engine/registry/local-registry.ts";
import { pickLab } from "../labs/pick-lab.ts";
import { showInformation } from "../messages.ts";
import { refuseUntrusted } from "../registry/ask-registry.ts";
import { inBackground } from "../tell-failure.ts";
import { writeFiles } from "../write-files.ts";
import type { Command } from "./command.ts";

/**
 * Runs a registry on the host of the lab that names it, for whoever has no other one, and offers to write it to the manifest;
 * gives its address, undefined when dismissed.
 */
export const startRegistry: Command = {
  id: "labImages.registry.startLocal",
  titleId: "labImages.registry.startForAnyLab",
  async run({ hostsDesk: { hosts }, labs, registry: view, log }, subject): Promise<string | undefined> {
    refuseUntrusted();
    const [{ runLocalRegistry }, { labRegistries }, { loopbackRegistry }, { askInEditor }] =
      await Promise.all([
        import("../registry/run-local-registry.ts"),
        import("../../engine/registry/lab-places.ts"),
        import("../registry/registry-scope.ts"),
        import("../hosts/ask-ssh.ts"),
      ]);
    const all = await labs.all();
    const { port, scope } = loopbackRegistry(all, subject);
    const host = await hosts.current(scope);
    const run = (at: number | undefined) =>
      runLocalRegistry((signal) => hosts.connect(host, { ask: askInEditor, signal }), host.name, at);
    const registry = await run(port).then(undefined, async (error: unknown) => {
      const { PortTaken } = await import("../../engine/registry/local-registry.ts");
      if (!(error instanceof PortTaken) || port === undefined) throw error;
      return (await agreesToAnother(port, error.details.what)) ? run(undefined) : undefined;
    });
    if (!registry) return undefined;
    view.refresh();
    const pushing = all.filter((lab) => labRegistries(lab).includes(registry.address));
    inBackground(tell(registry, host.name, pushing.length > 0 ? [] : all), startRegistry.id, log);
    return registry.address;
  },
};

/** Whether the registry may run at another port than the one that the lab names. */
async function agreesToAnother(port: number, why: string): Promise<boolean> {
  const another = {
    label: vscode.l10n.t("Take another port"),
    detail: vscode.l10n.t(
      "lab-images.json names localhost:{0}: the other one can be written there then.",
      port,
    ),
  };
  return (await vscode.window.showQuickPick([another], { title: why, placeHolder: why })) === another;
}

/** @param labs those that may be given the registry */
async function tell(registry: LocalRegistry, hostName: string, labs: readonly Lab[]): Promise<void> {
  const { address, wasRunning } = registry;
  const text = wasRunning
    ? vscode.l10n.t("The registry on {0} runs already: {1}", hostName, address)
    : vscode.l10n.t("The registry on {0} runs: {1}", hostName, address);
  if (labs.length === 0) {
    void showInformation(text);
    return;
  }
  const write = vscode.l10n.t("Push There");
  const copy = vscode.l10n.t("Copy Address");
  const how = vscode.l10n.t(
    '{0}. “Push There” writes "registry": "{1}" into lab-images.json.',
    text,
    address,
  );
  const chosen = await showInformation(how, write, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(address);
  if (chosen !== write) return;
  const lab = await pickLab(labs, vscode.l10n.t("The lab whose images are to be pushed there"));
  if (lab) await writeRegistry(lab, address);
}

/** As an edit that can be undone, and shown. @throws where it cannot be written */
async function writeRegistry({ root }: Lab, address: string): Promise<void> {
  const uri = vscode.Uri.file(join(root, manifestName));
  const before = await vscode.workspace.openTextDocument(uri).then(
    (document) => document.getText(),
    () => undefined,
  );
  const after = withRegistry(before, address);
  if (after === undefined)
    throw new Error(
      vscode.l10n.t(
        '{0} cannot be read. Put it right, and write "registry": "{1}" there.',
        uri.fsPath,
        address,
      ),
    );
  await writeFiles([[uri, after]]);
  await vscode.window.showTextDocument(uri);
}
