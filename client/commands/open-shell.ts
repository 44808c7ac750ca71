import * as vscode from "vscode";
import { askInEditor } from "../hosts/ask-ssh.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { ShellTerminal } from "../images/shell-terminal.ts";
import { chooseImage } from "../labs/choose-image.ts";
import type { Command } from "./command.ts";

/** Until the terminal says its own. */
const firstSize = { columns: 80, rows: 24 };

/** Runs a shell in a new container of an image, on the host; gives its terminal, undefined when dismissed. */
export const openShellInImage: Command = {
  id: "labImages.image.openShell",
  async run({ labs, hostsDesk: { hosts } }, subject): Promise<vscode.Terminal | undefined> {
    refuseUntrusted();
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image to run a shell in"));
    if (!image) return undefined;
    const host = await hosts.current(vscode.Uri.file(image.dockerfile));
    const title = vscode.l10n.t("Starting a shell in {0} on {1}", image.name, host.name);
    const location = vscode.ProgressLocation.Window;
    const pty = await vscode.window.withProgress({ title, location }, async () => {
      const { openShell } = await import("../../engine/images/open-shell.ts");
      const connection = await hosts.connect(host, { ask: askInEditor });
      try {
        const shell = await openShell(connection, { image: image.reference, size: firstSize });
        return new ShellTerminal(shell, connection);
      } catch (error) {
        void connection.close();
        throw error;
      }
    });
    const terminal = vscode.window.createTerminal({
      name: vscode.l10n.t("{0} on {1}", image.name, host.name),
      pty,
      iconPath: new vscode.ThemeIcon("package"),
      isTransient: true,
    });
    terminal.show();
    return terminal;
  },
};
