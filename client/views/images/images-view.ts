import { basename, dirname, sep } from "node:path";
import * as vscode from "vscode";
import { looksLikeScript, parseBuildScript } from "../../../core/lab/build-script.ts";
import type { BuildRecord, BuildResults } from "../../builds/build-results.ts";
import type { BuildRuns } from "../../builds/build-runs.ts";
import type { ImageBuilds } from "../../builds/image-builds.ts";
import type { ImageRun } from "../../builds/image-run.ts";
import { maySayWhatIsBuilt } from "../../builds/unsaved-texts.ts";
import { askInEditor } from "../../hosts/ask-ssh.ts";
import type { WorkspaceHosts } from "../../hosts/workspace-hosts.ts";
import type { WorkspaceLabs } from "../../labs/workspace-labs.ts";
import {
  type ImageNode,
  imageNodes,
  type LabNode,
  labTitle,
  type Node,
  type ShownImage,
  shownImages,
} from "./image-nodes.ts";
import { accessibleLabelOf, descriptionOf, iconOf, tooltipOf } from "./image-words.ts";
import { LabsOnHosts } from "./labs-on-hosts.ts";
import { type UnknownStates, unknownStates, type WayOut, wayOutItem } from "./unknown-states.ts";
import { workspaceSource } from "./workspace-source.ts";

const viewId = "labImages.images";
/** A build's steps come by the hundred: so long (ms) they are gathered before they are shown. */
const gatherMs = 100;

type Row = Node | WayOut;

/** The labs' images as a tree, each with how it stands on its host and what is done to it now. */
export class ImagesView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #labs: WorkspaceLabs;
  readonly #runs: BuildRuns;
  readonly #results: BuildResults;
  readonly #model: LabsOnHosts;
  readonly #view: vscode.TreeView<Row>;
  readonly #disposables: vscode.Disposable[];
  #nodes: readonly Node[] = [];
  #unknown: UnknownStates | undefined;
  readonly #parents = new Map<Node, Node>();
  #isRead: (() => void) | undefined;
  /** Settled once the labs were read. */
  readonly #read = new Promise<void>((resolve) => {
    this.#isRead = resolve;
  });
  #endProgress: (() => void) | undefined;
  #gathering: NodeJS.Timeout | undefined;

  constructor(
    labs: WorkspaceLabs,
    hosts: WorkspaceHosts,
    { runs, results }: Pick<ImageBuilds, "runs" | "results">,
    log: vscode.LogOutputChannel,
  ) {
    this.#labs = labs;
    this.#runs = runs;
    this.#results = results;
    this.#model = new LabsOnHosts(workspaceSource(labs, hosts, log), () => this.#show());
    this.#view = vscode.window.createTreeView(viewId, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    const soon = () => this.#model.readSoon();
    this.#disposables = [
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => this.#watch(visible)),
      labs.onDidChange(soon),
      hosts.onDidChange(soon),
      hosts.onDidReach(({ url }) => {
        // Not where the view itself has connected.
        if (this.#model.labs?.some(({ host, look }) => host?.url === url && look.kind !== "looking")) soon();
      }),
      hosts.onDidLeave(soon),
      runs.onDidStart(() => this.#showSoon()),
      runs.onDidChange(() => this.#showSoon()),
      runs.onDidEnd(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
      // What an image copies is no file of a lab.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (this.#holds(uri)) soon();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#mayHaveTurned(document)) soon();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (maySayWhatIsBuilt(document) && this.#holds(document.uri)) soon();
      }),
      this.#changed,
    ];
    if (this.#view.visible) this.#watch(true);
  }

  /** The images as they are shown now, from the top. */
  get shown(): readonly ShownImage[] {
    return this.#nodes.flatMap(shownImages);
  }

  /** Reads everything anew, and connects to hosts that are not connected yet: the user asked. */
  async refresh(): Promise<void> {
    this.#labs.forget();
    await this.#model.read({ ask: askInEditor });
  }

  async getChildren(node?: Row): Promise<Row[]> {
    if (node) return node.kind === "way-out" ? [] : [...node.children];
    if (!this.#model.labs) {
      // The editor shows that it waits.
      this.#watch(true);
      await this.#read;
    }
    return [...(this.#unknown ? [this.#unknown.wayOut] : []), ...this.#nodes];
  }

  getParent(node: Row): Node | undefined {
    return node.kind === "way-out" ? undefined : this.#parents.get(node);
  }

  getTreeItem(node: Row): vscode.TreeItem {
    if (node.kind === "way-out") return wayOutItem(node);
    return node.kind === "lab" ? this.#labItem(node) : imageItem(node);
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    this.#endProgress?.();
    this.#model.close();
    for (const each of this.#disposables) each.dispose();
  }

  #watch(visible: boolean): void {
    this.#model.isWatched = visible;
  }

  #show(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#nodes = imageNodes(
      this.#model.labs ?? [],
      (path, url) => this.#latestRun(path, url),
      (path, url) => this.#results.of(path, url),
    );
    this.#parents.clear();
    const note = (node: Node) => {
      for (const child of node.children) {
        this.#parents.set(child, node);
        note(child);
      }
    };
    this.#nodes.forEach(note);
    this.#unknown = unknownStates(this.#model.labs ?? [], this.#view.visible);
    this.#view.message = this.#unknown?.why ?? "";
    this.#showProgress();
    this.#isRead?.();
    this.#view.description = this.#hostNames().join(", ");
    this.#changed.fire();
  }

  /** A bar at the view's top while hosts are asked. */
  #showProgress(): void {
    const isLooking = this.#model.labs?.some(({ look }) => look.kind === "looking") ?? false;
    if (!isLooking) {
      this.#endProgress?.();
      this.#endProgress = undefined;
    } else if (!this.#endProgress) {
      const end = new Promise<void>((resolve) => {
        this.#endProgress = resolve;
      });
      void vscode.window.withProgress({ location: { viewId } }, () => end);
    }
  }

  #showSoon(): void {
    if (!this.#model.labs) return;
    this.#gathering ??= setTimeout(() => this.#show(), gatherMs);
  }

  /** The run that works on an image, or the last one that did, or what is kept of an earlier window's. */
  #latestRun(path: string, url: string): ImageRun | BuildRecord | undefined {
    for (const run of this.#runs.runningOn(url)) {
      const image = run.images.find((each) => each.image.dockerfile === path && each.outcome === undefined);
      // One that is up to date has no turn to wait for.
      if (image && (image.isWorking || image.image.reasons.length > 0)) return image;
    }
    const last = this.#runs.latest(path, url);
    return last?.image.outcome ? last.image : this.#results.of(path, url);
  }

  #hostNames(): readonly string[] {
    return [...new Set((this.#model.labs ?? []).flatMap(({ host }) => host?.name ?? []))];
  }

  #holds({ scheme, fsPath }: vscode.Uri): boolean {
    if (scheme !== "file") return false;
    return (this.#model.labs ?? []).some(({ lab }) => fsPath.startsWith(lab.root + sep));
  }

  /** Whether what was typed may have made an image stale, or up to date again; typing on in a stale one asks nobody. */
  #mayHaveTurned(document: vscode.TextDocument): boolean {
    const { uri, languageId, isDirty } = document;
    if (!maySayWhatIsBuilt(document) || !this.#holds(uri)) return false;
    // Of the many scripts in a lab hardly one builds its images.
    if (looksLikeScript(basename(uri.fsPath)))
      return parseBuildScript(document.getText(), dirname(uri.fsPath)) !== undefined;
    if (languageId !== "dockerfile") return true;
    const states = (this.#model.labs ?? []).flatMap((each) => [...each.states.values()]);
    return (
      !isDirty || states.some(({ dockerfile, state }) => dockerfile === uri.fsPath && state === "current")
    );
  }

  #labItem(node: LabNode): vscode.TreeItem {
    const others = (this.#model.labs ?? []).map(({ lab }) => lab);
    const item = new vscode.TreeItem(labTitle(node.lab, others), vscode.TreeItemCollapsibleState.Expanded);
    item.id = node.id;
    item.iconPath = new vscode.ThemeIcon("beaker");
    if (this.#hostNames().length > 1 && node.host) item.description = node.host.name;
    item.tooltip = node.lab.root;
    item.contextValue = node.lab.manifest ? "lab manifest" : "lab";
    const on = node.host ? vscode.l10n.t(", on {0}", node.host.name) : "";
    item.accessibilityInformation = {
      label: vscode.l10n.t("Lab {0} in {1}{2}", String(item.label), dirname(node.lab.root), on),
    };
    return item;
  }
}

function imageItem(node: ImageNode): vscode.TreeItem {
  const { image, shown, state } = node;
  const { Expanded, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(image.name, node.children.length > 0 ? Expanded : None);
  item.id = node.id;
  item.description = descriptionOf(node);
  item.iconPath = iconOf(shown);
  item.tooltip = tooltipOf(node);
  item.accessibilityInformation = { label: accessibleLabelOf(node) };
  const isBusy = shown.kind === "building" || shown.kind === "pushing" || shown.kind === "waiting";
  const context = ["image"];
  if (isBusy) context.push("busy");
  else if (image.dockerfile !== undefined) context.push("buildable");
  if (state?.image) context.push("onHost");
  item.contextValue = context.join(" ");
  if (image.dockerfile !== undefined)
    item.command = {
      command: "labImages.image.openDockerfile",
      title: vscode.l10n.t("Open Dockerfile"),
      arguments: [node],
    };
  return item;
}
