import * as vscode from "vscode";
import { detailsOf, EngineFailure, sentenceOf } from "../../../engine/failure.ts";
import { isLoopback } from "../../../engine/registry/registry-host.ts";
import type { BuildRuns } from "../../builds/build-runs.ts";
import type { WorkspaceLabs } from "../../labs/workspace-labs.ts";
import type { RegistryAccounts } from "../../registry/registry-accounts.ts";
import type { RegistryLogins } from "../../registry/registry-logins.ts";
import type { WorkspacePlaces } from "../../registry/workspace-places.ts";
import { registryItem, tooltipOf } from "./registry-item.ts";
import { type PlaceNode, type RegistryNode, RegistryTree } from "./registry-tree.ts";

/**
 * The Registry view: what registries have of the labs' images. Registries are asked when the view is shown, when somebody
 * opens a row or refreshes, and after a login or a push.
 */
export class RegistryView implements vscode.TreeDataProvider<RegistryNode>, vscode.Disposable {
  readonly #labs: WorkspaceLabs;
  readonly #accounts: RegistryAccounts;
  readonly #changed = new vscode.EventEmitter<RegistryNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<RegistryNode>;
  readonly #listeners: vscode.Disposable;
  readonly tree: RegistryTree;
  /** The places that are shown; undefined while none were asked for. */
  #shown: string | undefined;
  /** Why those of other labs are not known. */
  #unknown: readonly unknown[] = [];

  constructor(labs: WorkspaceLabs, logins: RegistryLogins, runs: BuildRuns, accounts: RegistryAccounts) {
    this.#labs = labs;
    this.#accounts = accounts;
    this.tree = new RegistryTree({
      contentsOf: ({ registry, root }) => accounts.contentsOf(registry, vscode.Uri.file(root)),
      hasLogin: (registry) => accounts.hasLogin(registry),
      changed: (node) => this.#changed.fire(node),
    });
    this.#view = vscode.window.createTreeView("labImages.registry", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#listeners = vscode.Disposable.from(
      this.#view,
      labs.onDidChange(() => void this.#labsChanged()),
      logins.onDidChange(() => this.refresh()),
      // localhost is another registry then.
      accounts.onDidChange(() => {
        if (this.tree.places.some(({ registry }) => isLoopback(registry))) this.refresh();
      }),
      accounts.onDidLeave(() => this.tree.reopen()),
      runs.onDidEnd(({ request }) => {
        if (request.pushes) this.refresh();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    );
  }

  /** Asks all anew, once the view is visible. */
  refresh(): void {
    this.tree.forget();
    this.#changed.fire(undefined);
  }

  getTreeItem(node: RegistryNode): vscode.TreeItem {
    return registryItem(node);
  }

  async getChildren(node?: RegistryNode): Promise<RegistryNode[]> {
    if (!node) return this.#roots();
    if (node.kind === "place") return node.state.kind === "listed" ? [...node.state.repositories] : [];
    if (node.kind === "repository") return [...(await this.tree.tagsOf(node))];
    return [];
  }

  /** What is under a tag that was not looked into, when somebody points at it. */
  async resolveTreeItem(item: vscode.TreeItem, node: RegistryNode): Promise<vscode.TreeItem> {
    if (node.kind !== "tag") return item;
    await this.tree.lookInto(node);
    if ("digest" in node.listed)
      item.tooltip = tooltipOf(`${node.registry}/${node.path}:${node.listed.tag}`, node.listed);
    return item;
  }

  dispose(): void {
    this.tree.forget();
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  async #roots(): Promise<RegistryNode[]> {
    if (!vscode.workspace.isTrusted) return [];
    try {
      // The look that overtook this one says what there is.
      if (!(await (this.tree.asked ?? this.#load()))) return [];
      const { places, overview, failure } = this.tree;
      const [unknown] = overview === "some" ? this.#unknown : [];
      const details = failure ?? (unknown === undefined ? undefined : detailsOf(unknown));
      this.#say(overview, details && sentenceOf(details));
      // Where one thing is to be done for all of them, the welcome content says what; beside a message it would not show.
      return overview === "some" ? [...places] : [];
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      const { UserUnknown } = await import("../../../engine/registry/lab-places.ts");
      if (error instanceof UserUnknown) this.#say("unnamed", undefined);
      else this.#say("unset", sentenceOf(error.details));
      return [];
    }
  }

  async #load(): Promise<readonly PlaceNode[] | undefined> {
    const found = await this.#places();
    this.#shown = JSON.stringify(found);
    const { places, failures } = found;
    if (places.length === 0 && failures.length > 0) throw failures[0];
    this.#unknown = failures;
    return this.tree.load(places);
  }

  /** A lab changes with each file that is saved: registries are asked anew only where it names other places. */
  async #labsChanged(): Promise<void> {
    if (this.#shown === undefined) return;
    const found = await this.#places().then(JSON.stringify, () => "");
    if (found !== this.#shown) this.refresh();
  }

  async #places(): Promise<WorkspacePlaces> {
    const { workspacePlaces } = await import("../../registry/workspace-places.ts");
    return workspacePlaces(await this.#labs.all(), (root) => this.#accounts.hostOf(root));
  }

  /** @param state what the welcome content goes by */
  #say(state: string, message: string | undefined): void {
    this.#view.message = message === undefined ? "" : message.charAt(0).toUpperCase() + message.slice(1);
    void vscode.commands.executeCommand("setContext", "labImages.registry", state);
  }
}
