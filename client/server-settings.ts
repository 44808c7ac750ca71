import * as vscode from "vscode";
import type { ServerSettings } from "../server/protocol.ts";
import { userSetting } from "./labs/user-name.ts";
import type { CudaTagStore } from "./registry/cuda-tag-store.ts";

/** Extensions that know Dockerfiles themselves: showing theirs and ours would show each error and each word twice. */
const others = ["ms-azuretools.vscode-containers", "ms-azuretools.vscode-docker", "docker.docker"];

/** What of the user's settings, and of what was fetched, concerns the language server; tells of every change. */
export class ServerSettingsSource implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<ServerSettings>();
  readonly onDidChange = this.#changed.event;
  readonly #listeners: vscode.Disposable;
  readonly #cudaTags: CudaTagStore;
  #last: ServerSettings;

  constructor(cudaTags: CudaTagStore) {
    this.#cudaTags = cudaTags;
    this.#last = this.current;
    this.#listeners = vscode.Disposable.from(
      cudaTags.onDidChange(() => this.#update()),
      vscode.extensions.onDidChange(() => this.#update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("labImages")) this.#update();
      }),
    );
  }

  get current(): ServerSettings {
    const settings = vscode.workspace.getConfiguration("labImages");
    const language = settings.get("languageFeatures", "auto");
    const user = userSetting();
    const cudaTags = this.#cudaTags.tags;
    return {
      ...(cudaTags ? { cudaTags } : {}),
      ...(user === undefined ? {} : { user }),
      language:
        language === "auto" ? !others.some((id) => vscode.extensions.getExtension(id)) : language === "on",
      inlayHints: {
        base: settings.get("inlayHints.base", true),
        torchIndex: settings.get("inlayHints.torchIndex", true),
      },
      registryCommands: vscode.workspace.isTrusted,
      codeLenses: vscode.workspace.isTrusted && settings.get("codeLenses", true),
    };
  }

  #update(): void {
    const current = this.current;
    if (JSON.stringify(current) === JSON.stringify(this.#last)) return;
    this.#last = current;
    this.#changed.fire(current);
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }
}
