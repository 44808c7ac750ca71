import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";
import type { ImageLayers } from "../../engine/layers/image-layers.ts";
import type { Layer } from "../../engine/layers/layer-part.ts";
import { layersText } from "../../engine/layers/layers-text.ts";

const scheme = "lab-images-layers";

/** The layers of images with their whole instructions, as read-only documents; one for each image of a host. */
export class LayerDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  /** Shows a layer among the others; gives where it stands. */
  async show(image: ImageLayers, host: Host, layer: Layer): Promise<vscode.Location> {
    const title = vscode.l10n.t("{0} on {1}", image.image, host.name);
    const path = `/${vscode.l10n.t("Layers of {0}", title).replaceAll("/", "∕")}`;
    const uri = vscode.Uri.from({ scheme, path, query: host.url });
    const { text, lines } = layersText(image, title, (file) => vscode.workspace.asRelativePath(file));
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    const opened = await vscode.workspace.openTextDocument(uri);
    const document = await vscode.languages.setTextDocumentLanguage(opened, "dockerfile");
    const start = new vscode.Position(lines.get(layer) ?? 0, 0);
    await vscode.window.showTextDocument(document, {
      preview: true,
      selection: new vscode.Range(start, start),
    });
    return new vscode.Location(uri, start);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // An editor that VS Code has kept since another session.
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t("Show layers tells how this image is now.");
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
