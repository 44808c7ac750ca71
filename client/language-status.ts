import * as vscode from "vscode";
import { checkedSelector } from "./checked-documents.ts";
import type { LanguageServer, ServerState } from "./language-server.ts";

/** The server's state in the language status of Dockerfiles, with the way to the log or back to life. */
export function createLanguageStatus(server: LanguageServer): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("labImages.server", checkedSelector);
  item.name = vscode.l10n.t("Lab Images");
  const show = (state: ServerState) => {
    item.busy = state === "starting";
    item.severity =
      state === "stopped" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.text = textOf(state);
    item.command =
      state === "stopped"
        ? { command: "labImages.server.restart", title: vscode.l10n.t("Restart") }
        : { command: "labImages.log.show", title: vscode.l10n.t("Show Log") };
  };
  show(server.state);
  return vscode.Disposable.from(item, server.onDidChangeState(show));
}

function textOf(state: ServerState): string {
  switch (state) {
    case "running":
      return vscode.l10n.t("Lab Images: checking Dockerfiles");
    case "stopped":
      return vscode.l10n.t("Lab Images: server stopped");
    default:
      return vscode.l10n.t("Lab Images: starting");
  }
}
