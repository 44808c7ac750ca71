import * as vscode from "vscode";
import type { ImageBuilds } from "../builds/image-builds.ts";
import type { HostsDesk } from "../hosts/hosts-desk.ts";
import type { LayerDocuments } from "../images/layer-documents.ts";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import type { LanguageServer } from "../language-server.ts";
import type { CudaTagStore } from "../registry/cuda-tag-store.ts";
import type { RegistryAccounts } from "../registry/registry-accounts.ts";
import type { RegistryLogins } from "../registry/registry-logins.ts";
import { runCommand } from "../run-command.ts";
import { tellFailure } from "../tell-failure.ts";
import { pathOfNode } from "../views/images/image-nodes.ts";
import type { ImagesView } from "../views/images/images-view.ts";
import type { RegistryView } from "../views/registry/registry-view.ts";
import { isCalledFromWindow } from "./called-from-window.ts";

/** What commands work with. */
export interface CommandContext {
  readonly server: LanguageServer;
  readonly builds: ImageBuilds;
  readonly images: ImagesView;
  readonly layerDocuments: LayerDocuments;
  readonly labs: WorkspaceLabs;
  readonly logins: RegistryLogins;
  readonly accounts: RegistryAccounts;
  readonly registry: RegistryView;
  readonly cudaTags: CudaTagStore;
  readonly hostsDesk: HostsDesk;
  readonly log: vscode.LogOutputChannel;
}

/** A command as a value: its id in the manifest, and what it does. It returns a value or throws. */
export interface Command {
  readonly id: string;
  /** That of the button in a view's title where no row is meant: the one that has the focus is handed to it all the same. */
  readonly titleId?: string;
  /** Whether it is about a lab: a button of the view's title is handed the row that has the focus, which may be an image. */
  readonly isOfLab?: boolean;
  /**
   * `subject` is what a menu hands over: the file that it was opened on, an image's Dockerfile, a lab's folder. `answer` is
   * what the command would ask for, where a keybinding or another extension gives it.
   */
  run(context: CommandContext, subject?: unknown, answer?: unknown): unknown;
}

/**
 * Registers the commands. A failure is logged, and shown once with what to do about it and a way to the log; to an extension
 * that calls the command it is thrown too.
 */
export function registerCommands(commands: readonly Command[], context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.flatMap((command) => {
      const run = async (subject?: unknown, answer?: unknown) => {
        const isFromWindow = isCalledFromWindow(new Error().stack);
        try {
          const path = pathOfNode(subject, command.isOfLab);
          return await command.run(context, path === undefined ? subject : vscode.Uri.file(path), answer);
        } catch (error) {
          tellFailure(error, command.id, context.log, () => runCommand(command.id, subject, answer));
          if (!isFromWindow) throw error;
          return undefined;
        }
      };
      const registered = vscode.commands.registerCommand(command.id, run);
      const { titleId } = command;
      return titleId === undefined
        ? [registered]
        : [registered, vscode.commands.registerCommand(titleId, () => run())];
    }),
  );
}
