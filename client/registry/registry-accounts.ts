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
  /** The way to a registry on a host's own loopback, as long as it is asked. */
  #connection: Connection | undefined;

  /** Another host is the workspace's. */
  readonly onDidChange: vscode.Event<void>;

  constructor(hosts: WorkspaceHosts) {
    this.#hosts = hosts;
    this.onDidChange = hosts.onDidChange;
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
      void this.#connection?.close();
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
    void this.#connection?.close();
  }
}
