import * as vscode from "vscode";

/** Extensions that check a Dockerfile's syntax themselves: showing theirs and ours would show each error twice. */
const others = ["ms-azuretools.vscode-containers", "ms-azuretools.vscode-docker", "docker.docker"];

/** Whether general Dockerfile features are ours to give: the setting `labImages.languageFeatures`. */
export class SyntaxErrorsSetting implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<boolean>();
  readonly onDidChange = this.#changed.event;
  readonly #listeners: vscode.Disposable;
  #last = this.enabled;

  constructor() {
    this.#listeners = vscode.Disposable.from(
      vscode.extensions.onDidChange(() => this.#update()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("labImages.languageFeatures")) this.#update();
      }),
    );
  }

  get enabled(): boolean {
    const setting = vscode.workspace.getConfiguration("labImages").get("languageFeatures", "auto");
    if (setting !== "auto") return setting === "on";
    return !others.some((id) => vscode.extensions.getExtension(id));
  }

  #update(): void {
    if (this.enabled === this.#last) return;
    this.#last = this.enabled;
    this.#changed.fire(this.#last);
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }
}
