import * as vscode from "vscode";

/** A part of what the status bar says, with what a click on it does. */
export interface StatusBarPart {
  /** A few words, with codicons: `$(server) node`. */
  readonly text: string;
  /** Lines of plain text. */
  readonly tooltip: string;
  /** What a screen reader says: the text without its codicons. */
  readonly label: string;
  readonly command: vscode.Command;
  /** Whether something is wrong. */
  readonly warns?: boolean;
}

/** The one item of the status bar: the host of this workspace, and in front of it what is under way there. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("labImages", vscode.StatusBarAlignment.Left, 10);
  #host: StatusBarPart | undefined;
  #work: StatusBarPart | undefined;

  constructor() {
    this.#item.name = vscode.l10n.t("Lab Images");
  }

  /** Shows where this workspace builds; nothing is shown before it is known. */
  showHost(host: StatusBarPart): void {
    this.#host = host;
    this.#show();
  }

  /** Shows what is under way, whose command a click then runs; undefined when nothing is. */
  showWork(work: StatusBarPart | undefined): void {
    this.#work = work;
    this.#show();
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(): void {
    const parts = [this.#work, this.#host].filter((part) => part !== undefined);
    const [first] = parts;
    const item = this.#item;
    if (!first) {
      item.hide();
      return;
    }
    item.text = parts.map(({ text }) => text).join("  ");
    item.tooltip = parts.map(({ tooltip }) => tooltip).join("\n\n");
    item.accessibilityInformation = { label: parts.map(({ label }) => label).join(", "), role: "button" };
    item.command = first.command;
    item.backgroundColor = parts.some(({ warns }) => warns)
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    item.show();
  }
}
