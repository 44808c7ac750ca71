import * as vscode from "vscode";
import { sentenceOf } from "../../../engine/failure.ts";
import { failureCommand } from "../../failure-action.ts";
import type { LabOnHost } from "./labs-on-hosts.ts";

/** That it is not known how images stand on their host. */
export interface UnknownStates {
  /** For the line above the rows. */
  readonly why: string;
  readonly wayOut: WayOut;
}

/** The first row then: what to do about it, at hand for mouse, keyboard and screen reader. */
export interface WayOut {
  readonly kind: "way-out";
  readonly why: string;
  readonly command: vscode.Command;
}

/** Why the states of a lab's images are not known, of the first lab where that is so; undefined where they are, or are being asked for. */
export function unknownStates(labs: readonly LabOnHost[], isVisible: boolean): UnknownStates | undefined {
  if (labs.length === 0) return undefined;
  if (!vscode.workspace.isTrusted)
    return unknown(vscode.l10n.t("In Restricted Mode no host is asked how the images stand."), {
      title: vscode.l10n.t("Manage Workspace Trust"),
      command: "workbench.trust.manage",
    });
  for (const { look, host } of labs) {
    if (look.kind === "failed")
      return unknown(
        vscode.l10n.t("How the images stand is not known: {0}", sentenceOf(look.failure)),
        failureCommand(look.failure, host) ?? (host ? again(vscode.l10n.t("Try Again")) : select()),
      );
    if (look.kind === "unasked" && host && isVisible)
      return unknown(
        vscode.l10n.t("How the images stand is not known: {0} is not connected.", host.name),
        again(vscode.l10n.t("Connect to {0}", host.name)),
      );
  }
  return undefined;
}

export function wayOutItem({ why, command }: WayOut): vscode.TreeItem {
  const item = new vscode.TreeItem(command.title);
  item.id = "way out";
  item.command = command;
  item.iconPath = new vscode.ThemeIcon("lightbulb");
  item.tooltip = why;
  item.accessibilityInformation = { label: `${command.title}: ${why}` };
  return item;
}

function unknown(why: string, command: vscode.Command): UnknownStates {
  return { why, wayOut: { kind: "way-out", why, command } };
}

function again(title: string): vscode.Command {
  return { title, command: "labImages.images.refresh" };
}

/** Where the settings name none that can be one. */
function select(): vscode.Command {
  return { title: vscode.l10n.t("Select Host…"), command: "labImages.host.select" };
}
