import * as vscode from "vscode";
import { parseImageReference } from "../../core/image/reference.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { labRegistries } from "../../engine/registry/lab-places.ts";
import { registryOfKey } from "../../engine/registry/registry-host.ts";

/** The registry that a menu, a keybinding or another extension hands over. */
export function registryIn(subject: unknown): string | undefined {
  if (typeof subject === "string") return subject || undefined;
  const { registry } = (subject ?? {}) as { readonly registry?: unknown };
  return typeof registry === "string" && registry !== "" ? registry : undefined;
}

/** A registry of the workspace's labs, one that docker knows, or another one; undefined where the user dismissed it. */
export async function chooseRegistry(
  labs: readonly Lab[],
  known: readonly string[],
): Promise<string | undefined> {
  const ofLabs = labs.flatMap((lab) => labRegistries(lab));
  const other = { label: vscode.l10n.t("$(edit) Another registry…"), registry: undefined };
  const registries = [...new Set([...ofLabs, ...known])];
  const items = registries.map((registry) => ({
    label: registry,
    registry,
    description: ofLabs.includes(registry) ? vscode.l10n.t("of this workspace's images") : "",
  }));
  if (items.length === 0) return askRegistryName();
  const chosen = await vscode.window.showQuickPick([...items, other], {
    placeHolder: vscode.l10n.t("The registry to log in to"),
  });
  return chosen === other ? askRegistryName() : chosen?.registry;
}

async function askRegistryName(): Promise<string | undefined> {
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t("Log in to a registry"),
    prompt: vscode.l10n.t("Its host, with the port where it has one"),
    placeHolder: "ic-registry.epfl.ch",
    validateInput: (text) =>
      text.trim() === "" || parseImageReference(`${registryOfKey(text.trim())}/x`)?.registry !== undefined
        ? undefined
        : vscode.l10n.t("That is no host. Write it as ic-registry.epfl.ch, localhost:5000 or docker.io."),
  });
  return given?.trim() ? registryOfKey(given.trim()) : undefined;
}
