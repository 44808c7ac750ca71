import * as vscode from "vscode";
import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { Command } from "./command.ts";

const statusMs = 6000;

/** Forgets the login to a registry, which a menu hands over or the user picks; gives whether there was one. */
export const logOut: Command = {
  id: "labImages.registry.logOut",
  titleId: "labImages.registry.logOutOfAny",
  async run({ logins }, subject): Promise<boolean> {
    refuseUntrusted();
    const { registryIn } = await import("../registry/choose-registry.ts");
    const registry = registryIn(subject) ?? (await chooseKept(await logins.known()));
    if (registry === undefined) return false;
    const erased = await logins.logOut(registry);
    const text = erased
      ? vscode.l10n.t("Lab Images: logged out of {0}", registry)
      : vscode.l10n.t("Lab Images: no login to {0} was kept", registry);
    vscode.window.setStatusBarMessage(text, statusMs);
    return erased;
  },
};

async function chooseKept(known: readonly string[]): Promise<string | undefined> {
  if (known.length === 0)
    throw new Error(vscode.l10n.t("Docker keeps no login on this machine, so there is none to forget."));
  return vscode.window.showQuickPick(known, {
    placeHolder: vscode.l10n.t("The registry to log out of"),
  });
}
