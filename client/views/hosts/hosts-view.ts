import * as vscode from "vscode";
import type { Host } from "../../../engine/connection/host.ts";
import type { KnownHost } from "../../../engine/connection/list-hosts.ts";
import type { BuildRuns } from "../../builds/build-runs.ts";
import { whenActiveFolderChanges } from "../../hosts/active-folder.ts";
import { askInEditor } from "../../hosts/ask-ssh.ts";
import type { HostSubject } from "../../hosts/host-subject.ts";
import type { HostsDesk } from "../../hosts/hosts-desk.ts";
import { detailItems, type HostRow, hostItem } from "./host-item.ts";
import { type HostOverview, inViewOrder, overviewOf } from "./host-overview.ts";

/** A row of the view: a host, or what is known of it. */
type Node = HostSubject & {
  readonly known: KnownHost;
  /** undefined for the host itself. */
  readonly detail?: vscode.TreeItem;
};

/**
 * The Hosts view. A host is connected to when it is opened or chosen, and this workspace's while the view is visible; what
 * it shows then follows the connection and the daemon's events.
 */
export class HostsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #desk: HostsDesk;
  readonly #runs: BuildRuns;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Node>;
  readonly #listeners: vscode.Disposable;
  /** The rows of hosts, by their URLs. */
  #nodes = new Map<string, Node>();
  #current: Host | undefined;
  /** What could not be read of the user's configuration. */
  #problems: readonly string[] = [];
  #overview: HostOverview = "some";

  constructor(desk: HostsDesk, runs: BuildRuns) {
    this.#desk = desk;
    this.#runs = runs;
    this.#view = vscode.window.createTreeView("labImages.hosts", { treeDataProvider: this });
    const runChanged = ({ request }: { readonly request: { readonly host: Host } }) =>
      this.#redraw(request.host.url);
    this.#listeners = vscode.Disposable.from(
      this.#view,
      // The user's configuration may be another one by now: nothing tells of that.
      this.#view.onDidChangeVisibility(({ visible }) =>
        visible ? this.#changed.fire(undefined) : this.#look(false),
      ),
      this.#view.onDidExpandElement(({ element }) => this.#ask(element)),
      this.#view.onDidChangeSelection(({ selection: [node] }) => node && this.#ask(node)),
      desk.list.onDidChange(() => this.#changed.fire(undefined)),
      whenActiveFolderChanges(() => this.#changed.fire(undefined)),
      desk.states.onDidChange((url) => this.#redraw(url)),
      desk.hosts.onDidReach((host) => this.#noteReached(host)),
      runs.onDidStart(runChanged),
      runs.onDidEnd((run) => {
        runChanged(run);
        // A build leaves less space.
        const { host } = run.request;
        if (this.#view.visible && desk.states.stateOf(host).kind === "reached")
          void desk.states.askAgain(host);
      }),
    );
  }

  getTreeItem({ known, detail }: Node): vscode.TreeItem {
    return detail ?? hostItem(this.#rowOf(known));
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return this.#roots();
    const { known } = node;
    // The view shows that it waits. Whoever opens a row asks: a redrawn one asks nothing.
    await this.#desk.states.untilKnown(known.host);
    return detailItems(this.#rowOf(known)).map((detail) => ({ ...node, detail }));
  }

  getParent({ detail, host }: Node): Node | undefined {
    return detail && this.#nodes.get(host.url);
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }

  async #roots(): Promise<Node[]> {
    if (!vscode.workspace.isTrusted) return this.#show([]);
    const { hosts, problems } = await this.#desk.list.all();
    this.#problems = problems;
    this.#current = hosts.find(({ current }) => current)?.host;
    this.#look(this.#view.visible);
    return this.#show(inViewOrder(hosts));
  }

  /** While the view is visible, this workspace's host is asked: in silence, as nobody has asked for it. */
  #look(visible: boolean): void {
    this.#desk.states.isWatched = visible;
    const { states } = this.#desk;
    if (visible && this.#current && !states.wasLeft(this.#current)) void states.ask(this.#current);
  }

  #ask({ known }: Node): void {
    void this.#desk.states.ask(known.host, { ask: askInEditor });
  }

  /** Somebody else has connected: a build, a terminal. */
  #noteReached(host: Host): void {
    const { states } = this.#desk;
    const { kind } = states.stateOf(host);
    if (kind === "not-reached" || kind === "wants-answer") void states.askAgain(host);
    if (kind === "not-asked" && this.#view.visible && this.#nodes.has(host.url)) void states.ask(host);
  }

  #show(hosts: readonly KnownHost[]): Node[] {
    this.#nodes = new Map(hosts.map((known) => [known.host.url, { known, host: known.listed }]));
    this.#sumUp();
    return this.#overview === "noDaemon" ? [] : [...this.#nodes.values()];
  }

  #redraw(url: string): void {
    const node = this.#nodes.get(url);
    if (!node) return;
    const before = this.#overview;
    this.#sumUp();
    this.#changed.fire(this.#overview === before ? node : undefined);
  }

  /** Says what holds for all hosts together: in place of the rows, or above them. */
  #sumUp(): void {
    const known = [...this.#nodes.values()].map((node) => node.known);
    this.#overview = overviewOf(known, (host) => this.#desk.states.stateOf(host));
    void vscode.commands.executeCommand("setContext", "labImages.hosts", this.#overview);
    const none =
      this.#overview === "noneReached"
        ? [vscode.l10n.t("No host is reached. Doctor, at each of them, says what keeps it from answering.")]
        : [];
    this.#view.message = [...none, ...this.#problems].join("\n");
  }

  #rowOf(known: KnownHost): HostRow {
    const { host } = known;
    const builds = this.#runs.runningOn(host.url).map(({ request }) => request.title);
    return { ...known, state: this.#desk.states.stateOf(host), builds };
  }
}
