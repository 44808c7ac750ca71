import * as vscode from "vscode";
import type { Connection } from "../../engine/connection/connection.ts";
import type { Host } from "../../engine/connection/host.ts";
import type { Authorise } from "../../engine/registry/authorise.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";
import { refuseUntrusted } from "./ask-registry.ts";

/** Logs in to registries and out of them, where docker keeps its logins. The engine is loaded with the first use. */
export class RegistryLogins implements vscode.Disposable {
  readonly #hosts: WorkspaceHosts;
  readonly #changed = new vscode.EventEmitter<string>();
  /** Somebody has logged in to a registry, or out of it. */
  readonly onDidChange = this.#changed.event;

  constructor(hosts: WorkspaceHosts) {
    this.#hosts = hosts;
  }

  /**
   * Asks for user and password until the registry takes them; false where the user dismissed it.
   *
   * @param scope the folder whose host asks the registry
   * @throws {EngineFailure} where no password can mend it, or the host cannot be reached
   */
  async logIn(registry: string, scope: vscode.Uri | undefined): Promise<boolean> {
    refuseUntrusted();
    const connection = await this.#connect(await this.#hosts.current(scope));
    try {
      const { askLogIn } = await import("./log-in.ts");
      return this.#told(registry, await askLogIn({ registry, connection }));
    } finally {
      void connection?.close();
    }
  }

  /**
   * Asks in the same way where a push of one run, or several, finds that a registry wants a login: of each registry once.
   * @param connection the host that pushes
   */
  async authoriseFor(connection: Connection): Promise<Authorise> {
    const [{ askLogIn }, { oncePerRegistry }] = await Promise.all([
      import("./log-in.ts"),
      import("../../engine/registry/authorise.ts"),
    ]);
    return oncePerRegistry(async (registry, { details }, signal) =>
      this.#told(registry, await askLogIn({ registry, connection, because: details, signal })),
    );
  }

  /** Forgets a login; false where there was none. @throws {EngineFailure} where it cannot be forgotten */
  async logOut(registry: string): Promise<boolean> {
    refuseUntrusted();
    const { forgetLogin } = await import("./log-in.ts");
    const erased = await forgetLogin(registry);
    this.#changed.fire(registry);
    return erased;
  }

  /** The registries that docker keeps logins for. */
  async known(): Promise<readonly string[]> {
    const { keptLogins } = await import("./log-in.ts");
    return keptLogins();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** The daemon that asks the registry, as the registry may be one that only it reaches; none where this machine's is not there. */
  async #connect(host: Host): Promise<Connection | undefined> {
    const [{ askInEditor }, { isAskedFromHere }] = await Promise.all([
      import("../hosts/ask-ssh.ts"),
      import("../../engine/registry/asked-from-here.ts"),
    ]);
    const { Notification, Window } = vscode.ProgressLocation;
    const cancellable = host.url.startsWith("ssh:") && !this.#hosts.wasReached(host);
    const title = vscode.l10n.t("Connecting to {0}", host.name);
    const options = { location: cancellable ? Notification : Window, title, cancellable };
    try {
      return await vscode.window.withProgress(options, (_progress, token) => {
        const end = new AbortController();
        token.onCancellationRequested(() => end.abort());
        return this.#hosts.connect(host, { ask: askInEditor, signal: end.signal });
      });
    } catch (error) {
      if (isAskedFromHere(host, error)) return undefined;
      throw error;
    }
  }

  #told(registry: string, loggedIn: boolean): boolean {
    if (loggedIn) this.#changed.fire(registry);
    return loggedIn;
  }
}
