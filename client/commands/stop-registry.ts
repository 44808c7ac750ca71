import * as vscode from "vscode";
import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { Command } from "./command.ts";

/** Ends the registry that runs on the host of a lab that pushes there; its images stay unless they are to go too. Gives whether there was one. */
export const stopRegistry: Command = {
  id: "labImages.registry.stopLocal",
  titleId: "labImages.registry.stopOfAnyLab",
  async run({ hostsDesk: { hosts }, labs, registry: view }, subject): Promise<boolean> {
    refuseUntrusted();
    const [{ localRegistryOn, stopLocalRegistry }, { loopbackRegistry }, { askInEditor }] = await Promise.all(
      [
        import("../../engine/registry/local-registry.ts"),
        import("../registry/registry-scope.ts"),
        import("../hosts/ask-ssh.ts"),
      ],
    );
    const host = await hosts.current(loopbackRegistry(await labs.all(), subject).scope);
    const connection = await hosts.connect(host, { ask: askInEditor });
    try {
      const running = await localRegistryOn(connection);
      if (!running) throw new Error(vscode.l10n.t("No registry of Lab Images runs on {0}.", host.name));
      const keep = {
        label: vscode.l10n.t("End it"),
        detail: vscode.l10n.t("Its images stay in a volume, and are there again when it is started."),
      };
      const all = {
        label: vscode.l10n.t("End it and delete its images"),
        detail: vscode.l10n.t("They are gone for good."),
      };
      const title = vscode.l10n.t("End the registry {0} on {1}?", running.address, host.name);
      const chosen = await vscode.window.showQuickPick([keep, all], { title, placeHolder: title });
      if (chosen === undefined) return false;
      const wasThere = await stopLocalRegistry(connection, { deleteImages: chosen === all });
      view.refresh();
      return wasThere;
    } finally {
      void connection.close();
    }
  },
};
