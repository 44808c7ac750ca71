import * as vscode from "vscode";
import type { Connection } from "../../engine/connection/connection.ts";
import type { Host, HostUrl } from "../../engine/connection/host.ts";
import type { RegistryContents } from "../../engine/registry/contents/registry-contents.ts";
import { askInEditor } from "../hosts/ask-ssh.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";

/** Milliseconds: somebody waits in front of the editor. */
const patience = 15_000;

/** Registries as this user may ask them, with the logins that docker keeps. The engine is loaded with the first one. */
export class RegistryAccounts implements vscode.Disposable {
  readonly #hosts: WorkspaceHosts;
  readonly #listeners: readonly vscode.Disposable[];
  /** The ways to registries on hosts' own loopback, until another host is chosen or one is left. */
  readonly #connections = new Map<HostUrl, Connection>();

  /** Another host is the workspace's. */
  readonly onDidChange: vscode.Event<void>;
  /** A host was left: what was opened there has no way to its registry any more. */
  readonly onDidLeave: vscode.Event<void>;

  constructor(hosts: WorkspaceHosts) {
    this.#hosts = hosts;
    this.onDidChange = hosts.onDidChange;
    this.onDidLeave = hosts.onDidLeave;
    const letGo = () => this.#letGo();
    this.#listeners = [hosts.onDidChange(letGo), hosts.onDidLeave(letGo)];
  }

  /**
   * What a registry has, for one look; `localhost:5000` is one of the host's own.
   *
   * @param scope the file or folder whose host means it
   * @throws {EngineFailure} where that host cannot be reached, or the settings name none
   */
  async contentsOf(registry: string, scope: vscode.Uri | undefined): Promise<RegistryContents> {
    const [{ openContents }, { DockerCredentials }, { isLoopback }] = await Promise.all([
      import("../../engine/registry/contents/open-contents.ts"),
      import("../../engine/registry/docker-credentials.ts"),
      import("../../engine/registry/registry-host.ts"),
    ]);
    const options = { registry, credentials: new DockerCredentials(), timeout: patience };
    const host = isLoopback(registry) ? await this.#hosts.current(scope) : undefined;
    return openContents(options, host, async (its) => {
      const connection = await this.#hosts.connect(its, { ask: askInEditor });
      void this.#connections.get(its.url)?.close();
      this.#connections.set(its.url, connection);
      return connection;
    });
  }

  /** The host of the lab in a folder. @throws {EngineFailure} where the settings name none */
  hostOf(root: string): Promise<Host> {
    return this.#hosts.current(vscode.Uri.file(root));
  }

  /** Whether docker keeps a login for a registry. @throws {EngineFailure} where its config or a helper fails */
  async hasLogin(registry: string): Promise<boolean> {
    const { DockerCredentials } = await import("../../engine/registry/docker-credentials.ts");
    return (await new DockerCredentials().get(registry)) !== undefined;
  }

  dispose(): void {
    for (const each of this.#listeners) each.dispose();
    this.#letGo();
  }

  #letGo(): void {
    for (const each of this.#connections.values()) void each.close();
    this.#connections.clear();
  }
}
