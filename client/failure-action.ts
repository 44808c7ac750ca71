import * as vscode from "vscode";
import type { Host } from "../engine/connection/host.ts";
import type { FailureDetails } from "../engine/failure.ts";
import { wayOut } from "./failure-ways.ts";
import { runCommand } from "./run-command.ts";

/** What a user can do about a failure, as a button of its message. */
export interface FailureAction {
  readonly title: string;
  run(): unknown;
}

/** What a failure's message can offer besides commands. */
export interface FailurePlace {
  /** The instruction at fault. */
  readonly location?: vscode.Location | undefined;
  /** Where it happened. */
  readonly host?: Host | undefined;
  /** Does what failed once more. */
  readonly retry?: (() => unknown) | undefined;
}

/** The one action that fits the cause; undefined where there is none. */
export function failureAction(failure: FailureDetails, place: FailurePlace): FailureAction | undefined {
  const way = wayOut(failure);
  if (way === "retry") return place.retry && { title: vscode.l10n.t("Try Again"), run: place.retry };
  if (way === "line") return place.location && goTo(place.location);
  const command = failureCommand(failure, place.host);
  if (!command) return undefined;
  const { title, arguments: given = [] } = command;
  return { title, run: () => runCommand(command.command, ...given) };
}

/** The command that helps where something fails for this cause; undefined where none does. */
export function failureCommand(failure: FailureDetails, host: Host | undefined): vscode.Command | undefined {
  const way = wayOut(failure);
  const { registry } = failure;
  switch (way) {
    case "labImages.host.select":
      return { title: vscode.l10n.t("Select Host…"), command: way };
    case "labImages.host.doctor":
      return { title: vscode.l10n.t("Find Out Why"), command: way, arguments: host ? [{ host }] : [] };
    case "labImages.registry.logIn":
      return { title: vscode.l10n.t("Log In…"), command: way, arguments: registry ? [registry] : [] };
    case "labImages.registry.startLocal":
      return { title: vscode.l10n.t("Start a Registry"), command: way };
    case "labImages.host.prune":
      return { title: vscode.l10n.t("Prune…"), command: way, arguments: host ? [{ host }] : [] };
    default:
      return undefined;
  }
}

function goTo({ uri, range }: vscode.Location): FailureAction {
  const selection = new vscode.Range(range.start, range.start);
  return {
    title: vscode.l10n.t("Go to Line"),
    run: () => vscode.window.showTextDocument(uri, { selection }),
  };
}
