import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { diskFiles } from "../../core/lab/files.ts";
import { manifestName } from "../../core/lab/manifest.ts";
import { foldersManifest, manifestSources, unreadBake } from "../../core/lab/manifest-sources.ts";
import type { ManifestChoices } from "../../core/lab/new-manifest.ts";
import { presets, presetWithRegistry } from "../../core/lab/presets.ts";
import { registryFault } from "../../core/lab/registry-name.ts";
import type { WrittenManifest } from "../../core/lab/written-manifest.ts";
import { userName } from "../labs/user-name.ts";

/** A manifest to write, and the file that it was made of; undefined where the folders are the images. */
export interface AskedManifest {
  readonly manifest: WrittenManifest;
  readonly file: string | undefined;
}

/** Makes a manifest of what lies in a folder, and asks for what does not; undefined as soon as a question is dismissed. */
export async function askManifest(folder: string): Promise<AskedManifest | undefined> {
  const sources = manifestSources(folder, diskFiles);
  if (sources.length === 0) return askOfFolders(folder);
  const file = sources.length === 1 ? sources[0]!.file : await askFile(sources.map((each) => each.file));
  const source = sources.find((each) => each.file === file);
  if (!source) return undefined;
  const read = source.manifest({});
  if (read.images.length === 0) {
    const lines = read.unread.map(({ line, message }) => vscode.l10n.t("line {0}: {1}", line, message));
    throw new Error(vscode.l10n.t("No image could be read from {0}: {1}", source.file, lines.join("; ")));
  }
  const choices =
    read.registry === undefined ? await askRegistry() : { extends: presetWithRegistry(read.registry) };
  return choices && { manifest: source.manifest(choices), file: source.file };
}

async function askOfFolders(folder: string): Promise<AskedManifest | undefined> {
  const hcl = unreadBake(folder, diskFiles);
  if (hcl !== undefined) throw new Error(hcl);
  if (!foldersManifest(folder, diskFiles, {}))
    throw new Error(
      vscode.l10n.t(
        "There is neither a build script nor a folder with a Dockerfile in {0}. Run New image… for the first one.",
        folder,
      ),
    );
  const choices = await askRegistry();
  const manifest = choices && foldersManifest(folder, diskFiles, choices);
  return manifest && { manifest, file: undefined };
}

async function askFile(files: readonly string[]): Promise<string | undefined> {
  return vscode.window.showQuickPick(files, {
    title: title(),
    placeHolder: vscode.l10n.t("The file that says how your images are built"),
    ignoreFocusOut: true,
  });
}

/** Where images are pushed: a lab that is known, another registry, or nowhere for now. */
async function askRegistry(): Promise<ManifestChoices | undefined> {
  interface Place extends vscode.QuickPickItem {
    readonly choices?: ManifestChoices;
  }
  const known = [...presets].map(([name, { summary }]) => ({
    label: name,
    detail: summary,
    choices: { extends: name },
  }));
  const other: Place = { label: vscode.l10n.t("Another registry…") };
  const none: Place = { label: vscode.l10n.t("Nowhere for now"), choices: {} };
  const chosen = await vscode.window.showQuickPick<Place>([other, ...known, none], {
    title: title(),
    placeHolder: vscode.l10n.t("Where are the images pushed?"),
    ignoreFocusOut: true,
  });
  if (chosen !== other) return chosen?.choices;
  const registry = await vscode.window.showInputBox({
    title: title(),
    prompt: vscode.l10n.t("Registry and path; ${user} stands for the name of whoever builds"),
    placeHolder: "ghcr.io/our-lab",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? undefined : registryFault(text.trim())),
  });
  return registry?.trim() ? { registry: registry.trim() } : undefined;
}

/** The user's name where the manifest needs it and nobody has said it; kept in the user's settings. */
export async function askUserName({ manifest }: AskedManifest): Promise<void> {
  if (userName() !== undefined || !manifest.text.includes("${user}")) return;
  const name = await vscode.window.showInputBox({
    title: title(),
    prompt: vscode.l10n.t("Your name in the lab, which stands for ${user} (kept in your settings)"),
    placeHolder: manifest.placeholder ?? "gaspar",
    ignoreFocusOut: true,
  });
  if (name?.trim())
    await vscode.workspace
      .getConfiguration("labImages")
      .update("user", name.trim(), vscode.ConfigurationTarget.Global);
}

/** The manifest of a folder where it has one. */
export function manifestIn(folder: vscode.Uri): vscode.Uri | undefined {
  const path = join(folder.fsPath, manifestName);
  return existsSync(path) ? vscode.Uri.file(path) : undefined;
}

function title(): string {
  return vscode.l10n.t("Initialize lab folder");
}
