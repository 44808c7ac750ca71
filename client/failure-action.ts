import * as vscode from "vscode";
import type { Host } from "../engine/connection/host.ts";
import type { FailureCause, FailureDetails } from "../engine/failure.ts";

/** What a user can do about a failure, as a button of its message. */
export interface FailureAction {
  readonly title: string;
  run(): unknown;
}

/** What a failure's message can offer besides commands. */
export interface FailurePlace {
  /** The instruction at fault. */
  readonly location?: vscode.Location | undefined;
  /** The registry that wants a login. */
  readonly registry?: string | undefined;
  /** Where it happened. */
  readonly host?: Host | undefined;
  /** Does what failed once more. */
  readonly retry?: (() => unknown) | undefined;
}

/** The one action that fits the cause; undefined where there is none, or this version has no command for it. */
export async function failureAction(
  { cause }: FailureDetails,
  place: FailurePlace,
): Promise<FailureAction | undefined> {
  const way = ways[cause];
  if (way === "retry") return place.retry && { title: vscode.l10n.t("Try Again"), run: place.retry };
  if (way === "line") return place.location && goTo(place.location);
  const command = await failureCommand(cause, place.registry, place.host);
  if (!command) return undefined;
  const { title, arguments: given = [] } = command;
  return { title, run: () => vscode.commands.executeCommand(command.command, ...given) };
}

/** The command that helps where something fails for this cause; undefined where none does, or this version has none. */
export async function failureCommand(
  cause: FailureCause,
  registry?: string,
  host?: Host,
): Promise<vscode.Command | undefined> {
  const way = ways[cause];
  if (way === undefined || way === "retry" || way === "line") return undefined;
  const all = await vscode.commands.getCommands(true);
  if (!all.includes(way)) return undefined;
  const subject = way === logIn ? registry : way === doctor && host ? { host } : undefined;
  return { title: titleOf(way), command: way, arguments: subject === undefined ? [] : [subject] };
}

const select = "labImages.host.select";
const doctor = "labImages.host.doctor";
const logIn = "labImages.registry.logIn";
const prune = "labImages.images.prune";
type Way = typeof select | typeof doctor | typeof logIn | typeof prune | "retry" | "line" | undefined;

const ways: Record<FailureCause, Way> = {
  "no-daemon": select,
  permission: doctor,
  "ssh-unreachable": doctor,
  "ssh-host-key": doctor,
  "ssh-auth": doctor,
  "ssh-forwarding": doctor,
  "connection-lost": "retry",
  "registry-auth": logIn,
  registry: "retry",
  network: "retry",
  "disk-full": prune,
  dockerfile: "line",
  request: undefined,
  cancelled: undefined,
  fault: "retry",
};

function titleOf(command: typeof select | typeof doctor | typeof logIn | typeof prune): string {
  switch (command) {
    case select:
      return vscode.l10n.t("Select Host…");
    case doctor:
      return vscode.l10n.t("Find Out Why");
    case logIn:
      return vscode.l10n.t("Log In…");
    case prune:
      return vscode.l10n.t("Prune…");
  }
}

function goTo({ uri, range }: vscode.Location): FailureAction {
  const selection = new vscode.Range(range.start, range.start);
  return {
    title: vscode.l10n.t("Go to Line"),
    run: () => vscode.window.showTextDocument(uri, { selection }),
  };
}
