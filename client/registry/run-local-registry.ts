import * as vscode from "vscode";
import type { Connection } from "../../engine/connection/connection.ts";
import { bytesText } from "../../engine/progress/quantities.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { type LocalRegistry, startLocalRegistry } from "../../engine/registry/local-registry.ts";
import type { PullEvent } from "../../engine/registry/pull-event.ts";
import { textSetting } from "../text-setting.ts";

/**
 * Runs the standard registry on a host, with progress in a notification that can cancel it.
 *
 * @param port on the host's loopback; undefined for the one that it has, or a usual one
 * @throws {EngineFailure} where it does not come up
 */
export function runLocalRegistry(
  connect: (signal: AbortSignal) => Promise<Connection>,
  hostName: string,
  port: number | undefined,
): Thenable<LocalRegistry> {
  const title = vscode.l10n.t("Starting a registry on {0}", hostName);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const { signal } = abort;
    const image = textSetting("registryImage") || undefined;
    const connection = await connect(signal);
    try {
      const pulled = new PulledLayers();
      const how = { image, port, credentials: new DockerCredentials(), signal };
      for await (const event of startLocalRegistry(connection, how)) {
        if (event.kind === "running") return event.registry;
        progress.report({ message: pulled.take(event.image, event.event) });
      }
      throw new Error("the registry does not run");
    } finally {
      void connection.close();
    }
  });
}

/** How far a pull is, in one line. */
class PulledLayers {
  readonly #layers = new Map<string, Extract<PullEvent, { kind: "layer" }>>();

  take(image: string, event: PullEvent): string {
    if (event.kind === "layer") this.#layers.set(event.id, event);
    const layers = [...this.#layers.values()];
    const done = layers.filter(({ state }) => state === "pulled" || state === "exists").length;
    const bytes = layers.reduce(
      (sum, { state, current }) => sum + (state === "downloading" ? (current ?? 0) : 0),
      0,
    );
    return bytes > 0
      ? vscode.l10n.t("pulling {0}: {1} of {2} layers, {3}", image, done, layers.length, bytesText(bytes))
      : vscode.l10n.t("pulling {0}: {1} of {2} layers", image, done, layers.length);
  }
}
