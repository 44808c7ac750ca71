import * as vscode from "vscode";
import type { Connection, Connections, ConnectOptions } from "../../engine/connection/connection.ts";
import type { DoctorStep } from "../../engine/connection/doctor/doctor-step.ts";
import type { Host, HostUrl } from "../../engine/connection/host.ts";
import type { NamedHosts } from "../../engine/connection/resolve-host.ts";
import { textSetting } from "../text-setting.ts";
import { ReachedHosts } from "./reached-hosts.ts";
import { watchDockerContext } from "./watch-docker-context.ts";

const stateKey = "labImages.host";

/**
 * The host that this workspace works on, and the connections to it and to others, shared by all of the client. The engine
 * is loaded when a host is first asked for: nothing of it runs before.
 */
export class WorkspaceHosts implements vscode.Disposable {
  readonly #state: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Another host is the workspace's now. */
  readonly onDidChange = this.#changed.event;
  readonly #listener = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("labImages.host")) this.#changed.fire();
  });
  readonly #reached = new vscode.EventEmitter<Host>();
  /** A host was connected to that had not been, or whose connection had been lost. */
  readonly onDidReach = this.#reached.event;
  readonly #left = new vscode.EventEmitter<void>();
  /** The user wants no connection to a host any more. */
  readonly onDidLeave = this.#left.event;
  readonly #reachedHosts = new ReachedHosts();
  #connections: Promise<Connections> | undefined;
  #dockerContext: Promise<vscode.Disposable> | undefined;

  /** @param state the workspace's memory, which keeps the choice */
  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** The host that was chosen for this workspace, a URL or a docker context's name; undefined where none was. */
  get chosen(): HostUrl | undefined {
    return this.#state.get<HostUrl>(stateKey);
  }

  /** Keeps the choice with the workspace; undefined goes back to what the settings and docker's configuration say. */
  async choose(host: HostUrl | undefined): Promise<void> {
    await this.#state.update(stateKey, host);
    this.#changed.fire();
  }

  /** Where this workspace names a host. `scope` as in {@link current}. */
  named(scope: vscode.Uri | undefined): NamedHosts {
    return { choice: this.chosen, setting: textSetting("host", scope) };
  }

  /**
   * The host to work on: what was chosen for this workspace, else `labImages.host`, DOCKER_HOST, docker's current context, the
   * default socket. Only reads files.
   *
   * @param scope the file or folder that is worked on: the setting may differ between workspace folders. Undefined where no
   *   folder is open: then the workspace's counts
   * @throws {EngineFailure} of cause `request`, which names the place of the mistake
   */
  async current(scope: vscode.Uri | undefined): Promise<Host> {
    this.#dockerContext ??= watchDockerContext(() => this.#changed.fire());
    const { resolveHost } = await import("../../engine/connection/resolve-host.ts");
    return resolveHost(this.named(scope));
  }

  /** The host to work on if none were chosen for this workspace; as {@link current} otherwise. */
  async bySettings(scope: vscode.Uri | undefined): Promise<Host> {
    const { resolveHost } = await import("../../engine/connection/resolve-host.ts");
    return resolveHost({ ...this.named(scope), choice: undefined });
  }

  /**
   * A connection to a host, to be closed after use; the way to the daemon is shared with other users of the host.
   *
   * @throws {EngineFailure} with the cause
   */
  async connect(host: Host, options?: ConnectOptions): Promise<Connection> {
    const arrive = this.#reachedHosts.setOut(host);
    const connection = await (await this.#open()).connect(host, options);
    if (arrive(connection)) this.#reached.fire(connection.host);
    return connection;
  }

  /** Notes that the user wants no connection to a host any more: nobody connects to it unasked then, and it ends with its last use. */
  leave(host: Host): void {
    this.#reachedHosts.leave(host);
    this.#left.fire();
    void this.#connections?.then((connections) => connections.letGo(host));
  }

  /** Whether a connection to the host was made in this window, and neither lost nor left since. */
  wasReached(host: Host): boolean {
    return this.#reachedHosts.has(host);
  }

  /**
   * Looks at every step on the way to a build on a host, each as it is known.
   *
   * @throws {EngineFailure} `request` for a host that cannot be one, `cancelled`
   */
  async *diagnose(host: Host, options: ConnectOptions): AsyncGenerator<DoctorStep, void> {
    const connections = await this.#open();
    const { diagnose } = await import("../../engine/connection/doctor/diagnose.ts");
    yield* diagnose(connections, host, { ...options, ssh: { command: "ssh", configFile: undefined } });
  }

  dispose(): void {
    void this.#dockerContext?.then((watch) => watch.dispose());
    this.#listener.dispose();
    this.#changed.dispose();
    this.#reached.dispose();
    this.#left.dispose();
    void this.#connections?.then((connections) => connections.close());
  }

  #open(): Promise<Connections> {
    refuseUntrusted();
    this.#connections ??= import("../../engine/connection/create-connections.ts").then((made) =>
      made.createConnections(),
    );
    return this.#connections;
  }
}

/**
 * Called first by what connects to hosts: a keybinding or another extension gets past the manifest's `enablement`.
 * @throws where the workspace is not trusted: a setting or a choice that names a host starts ssh
 */
export function refuseUntrusted(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Error(vscode.l10n.t("Trust this workspace first: then hosts can be connected to."));
}
