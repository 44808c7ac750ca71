import * as vscode from "vscode";
import { buildCommand } from "../../server/protocol.ts";
import { dockerfileSelector } from "../checked-documents.ts";
import { failureCommand } from "../failure-action.ts";
import { showBuildsCommand } from "./build-commands.ts";
import type { BuildFailures } from "./build-failures.ts";
import type { BuildRuns } from "./build-runs.ts";
import { buildCode } from "./failure-diagnostic.ts";

/** Offers at an instruction that failed what fits the cause, to build again, and what the build printed. */
export function provideFailureActions(failures: BuildFailures, runs: BuildRuns): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    dockerfileSelector,
    {
      async provideCodeActions({ uri }, _range, { diagnostics }): Promise<vscode.CodeAction[]> {
        const failed = diagnostics.filter(({ code }) => code === buildCode);
        const failure = failures.of(uri.fsPath);
        if (failed.length === 0 || !failure) return [];
        const helps = failureCommand(failure, undefined);
        const again = { title: vscode.l10n.t("Build again"), command: buildCommand, arguments: [uri] };
        const title = vscode.l10n.t("Show what the build printed");
        // That of an earlier window is gone.
        const show = runs.lastOf(uri.fsPath) && { title, command: showBuildsCommand, arguments: [uri] };
        return [helps, again, show].flatMap((command) => (command ? actionOf(command, failed) : []));
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function actionOf(command: vscode.Command, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix);
  action.command = command;
  action.diagnostics = diagnostics;
  return action;
}
