import type { ExtensionContext } from "vscode";
import * as vscode from "vscode";
import { ImageBuilds } from "./builds/image-builds.ts";
import { whenSomethingToCheck } from "./checked-documents.ts";
import { buildImage } from "./commands/build.ts";
import { buildAndPushImage } from "./commands/build-and-push.ts";
import { type Command, registerCommands } from "./commands/command.ts";
import { fixAllInEditor } from "./commands/fix-all.ts";
import { logIn } from "./commands/log-in.ts";
import { logOut } from "./commands/log-out.ts";
import { newImage } from "./commands/new-image.ts";
import { pinBase } from "./commands/pin-base.ts";
import { refreshCudaTags } from "./commands/refresh-cuda-tags.ts";
import { restartServer } from "./commands/restart-server.ts";
import { showLog } from "./commands/show-log.ts";
import { WorkspaceHosts } from "./hosts/workspace-hosts.ts";
import { WorkspaceLabs } from "./labs/workspace-labs.ts";
import { LanguageServer } from "./language-server.ts";
import { createLanguageStatus } from "./language-status.ts";
import { CudaTagStore } from "./registry/cuda-tag-store.ts";
import { RegistryLogins } from "./registry/registry-logins.ts";
import { ServerSettingsSource } from "./server-settings.ts";

/** Every command, by its id in the manifest. */
const commands: readonly Command[] = [
  buildImage,
  buildAndPushImage,
  fixAllInEditor,
  logIn,
  logOut,
  newImage,
  pinBase,
  refreshCudaTags,
  restartServer,
  showLog,
];

/** Composes the extension; starts no process and opens no socket. */
export function activate(context: ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Lab Images", { log: true });
  const cudaTags = new CudaTagStore(context.globalStorageUri);
  const settings = new ServerSettingsSource(cudaTags);
  const server = new LanguageServer(context.asAbsolutePath("dist/server.js"), log, settings);
  const hosts = new WorkspaceHosts(context.workspaceState);
  const labs = new WorkspaceLabs();
  const logins = new RegistryLogins(hosts);
  const builds = new ImageBuilds(log, hosts, logins);
  context.subscriptions.push(
    log,
    hosts,
    labs,
    logins,
    builds,
    cudaTags,
    settings,
    server,
    createLanguageStatus(server),
    registerCommands(commands, { server, builds, labs, logins, cudaTags, log }),
    whenSomethingToCheck(() => server.start()),
  );
}
