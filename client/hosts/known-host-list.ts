import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";
import type { KnownHosts } from "../../engine/connection/list-hosts.ts";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import { activeFolder } from "./active-folder.ts";
import type { WorkspaceHosts } from "./workspace-hosts.ts";

const hostsSetting = "hosts";

/** The hosts that can be chosen for this workspace, and when others are. Reads files and settings alone. */
export class KnownHostList implements vscode.Disposable {
  readonly #hosts: WorkspaceHosts;
  readonly #labs: WorkspaceLabs;
  readonly #changed = new vscode.EventEmitter<void>();
  /** The list is another one, or another host of it is the workspace's. */
  readonly onDidChange = this.#changed.event;
  readonly #listeners: vscode.Disposable;

  constructor(hosts: WorkspaceHosts, labs: WorkspaceLabs) {
    this.#hosts = hosts;
    this.#labs = labs;
    this.#listeners = vscode.Disposable.from(
      hosts.onDidChange(() => this.refresh()),
      labs.onDidChange(() => this.refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`labImages.${hostsSetting}`)) this.refresh();
      }),
    );
  }

  /**
   * The hosts of this machine, the labs' manifests, the settings, docker's contexts and the ssh configuration. What a
   * manifest says is left out where the workspace is not trusted. The current one is that of the folder that is worked on.
   */
  async all(): Promise<KnownHosts> {
    const labs = vscode.workspace.isTrusted ? await this.#labs.all() : [];
    const { listHosts } = await import("../../engine/connection/list-hosts.ts");
    return listHosts(this.#hosts.named(activeFolder()), {
      manifest: labs.flatMap(({ values }) => values.hosts ?? []),
      "hosts-setting": listedInSettings(),
    });
  }

  /**
   * Adds a host to the user's own settings, behind those that are there.
   *
   * @throws where the setting holds something else than a list: it is not written over
   */
  async add(url: string): Promise<void> {
    const before = ownList();
    if (!before.includes(url)) await writeList([...before, url]);
  }

  /**
   * Takes a host off the user's own settings, however it is written there.
   *
   * @throws where nothing there names it, and as {@link add} does
   */
  async remove(host: Host): Promise<void> {
    const before = ownList();
    const { namesOf } = await import("../../engine/connection/list-hosts.ts");
    const names = new Set<unknown>(await namesOf(host, before.filter(isText)));
    if (names.size === 0)
      throw new Error(
        vscode.l10n.t(
          "Your setting labImages.hosts does not name {0}. It may stand in the settings of another machine or profile: search for labImages.hosts in the Settings editor, under User and under Remote.",
          host.name,
        ),
      );
    await writeList(before.filter((each) => !names.has(each)));
  }

  /** Has the list read again: nothing tells when docker's contexts or the ssh configuration change. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }
}

/** What the user's settings hold, whatever it is made of. */
function ownList(): readonly unknown[] {
  const value = vscode.workspace.getConfiguration("labImages").inspect<unknown>(hostsSetting)?.globalValue;
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new Error(
    vscode.l10n.t('The setting labImages.hosts holds no list. Put it right first: ["ssh://node"]'),
  );
}

async function writeList(hosts: readonly unknown[]): Promise<void> {
  const value = hosts.length > 0 ? hosts : undefined;
  await vscode.workspace
    .getConfiguration("labImages")
    .update(hostsSetting, value, vscode.ConfigurationTarget.Global);
}

/** Settings are written by hand: what is no text names no host. */
function listedInSettings(): readonly string[] {
  const value = vscode.workspace.getConfiguration("labImages").get<unknown>(hostsSetting);
  return Array.isArray(value) ? value.filter(isText) : [];
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
