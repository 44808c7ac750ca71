import type * as vscode from "vscode";
import type { Connection } from "../../engine/connection/connection.ts";
import type { RegistryContents } from "../../engine/registry/contents/registry-contents.ts";
import { askInEditor } from "../hosts/ask-ssh.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";

/** Milliseconds: somebody waits in front of the editor. */
const patience = 15_000;

/** Registries as this user may ask them, with the logins that docker keeps. The engine is loaded with the first one. */
export class RegistryAccounts implements vscode.Disposable {
  readonly #hosts: WorkspaceHosts;
  readonly #listeners: readonly vscode.Disposable[];
  /** The way to a registry on a host's own loopback, until another one is asked or the host is left. */
  #connection: Connection | undefined;

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
   * What a registry has, for one look; `localhost:5000` is the one of the workspace's host.
   * @throws {EngineFailure} where that host cannot be reached
   */
  async contentsOf(registry: string): Promise<RegistryContents> {
    const [{ openContents }, { DockerCredentials }] = await Promise.all([
      import("../../engine/registry/contents/open-contents.ts"),
      import("../../engine/registry/docker-credentials.ts"),
    ]);
    const options = { registry, credentials: new DockerCredentials(), timeout: patience };
    const host = await this.#hosts.current().catch(() => undefined);
    return openContents(options, host, async (its) => {
      const connection = await this.#hosts.connect(its, { ask: askInEditor });
      this.#letGo();
      this.#connection = connection;
      return connection;
    });
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
    void this.#connection?.close();
    this.#connection = undefined;
  }
}
