import type { ExtensionContext } from "vscode";
import * as vscode from "vscode";
import { provideBuildTasks } from "./builds/build-tasks.ts";
import { showBuildsInStatusBar } from "./builds/builds-in-status-bar.ts";
import { ImageBuilds } from "./builds/image-builds.ts";
import { whenSomethingToCheck } from "./checked-documents.ts";
import { addHost } from "./commands/add-ssh-host.ts";
import { buildImage } from "./commands/build.ts";
import { buildAndPushImage } from "./commands/build-and-push.ts";
import { buildStaleImages } from "./commands/build-stale.ts";
import { buildWithoutCache } from "./commands/build-without-cache.ts";
import { cancelBuild } from "./commands/cancel-build.ts";
import { checkCudaInImage } from "./commands/check-cuda.ts";
import { type Command, registerCommands } from "./commands/command.ts";
import { compareTag } from "./commands/compare-tag.ts";
import { copyHostAddress } from "./commands/copy-host-address.ts";
import { copyJob } from "./commands/copy-job.ts";
import { copyReference } from "./commands/copy-reference.ts";
import { copyTagDigest, copyTagReference } from "./commands/copy-tag.ts";
import { deleteTag } from "./commands/delete-tag.ts";
import { disconnectHost } from "./commands/disconnect-host.ts";
import { doctor } from "./commands/doctor.ts";
import { fixAllInEditor } from "./commands/fix-all.ts";
import { initializeLab } from "./commands/initialize-lab.ts";
import { logIn } from "./commands/log-in.ts";
import { logOut } from "./commands/log-out.ts";
import { newImage } from "./commands/new-image.ts";
import { openDockerfile } from "./commands/open-dockerfile.ts";
import { openManifest } from "./commands/open-manifest.ts";
import { openShellInImage } from "./commands/open-shell.ts";
import { pinBase } from "./commands/pin-base.ts";
import { prune } from "./commands/prune.ts";
import { pushImageFromHost } from "./commands/push-image.ts";
import { refreshCudaTags } from "./commands/refresh-cuda-tags.ts";
import { refreshHosts } from "./commands/refresh-hosts.ts";
import { refreshImages } from "./commands/refresh-images.ts";
import { refreshRegistry } from "./commands/refresh-registry.ts";
import { removeHost } from "./commands/remove-host.ts";
import { removeImageFromHost } from "./commands/remove-image.ts";
import { restartServer } from "./commands/restart-server.ts";
import { selectHost, useThisHost } from "./commands/select-host.ts";
import { showBuilds } from "./commands/show-builds.ts";
import { showLayers } from "./commands/show-layers.ts";
import { showLog } from "./commands/show-log.ts";
import { askTagsAgain, showMoreTags } from "./commands/show-more-tags.ts";
import { startRegistry } from "./commands/start-registry.ts";
import { stopRegistry } from "./commands/stop-registry.ts";
import { submitJob } from "./commands/submit-job.ts";
import { tagImageOnHost } from "./commands/tag-image.ts";
import { useTagAsBase } from "./commands/use-as-base.ts";
import { showHostInStatusBar } from "./hosts/host-in-status-bar.ts";
import { createHostsDesk } from "./hosts/hosts-desk.ts";
import { WorkspaceHosts } from "./hosts/workspace-hosts.ts";
import { LayerDocuments } from "./images/layer-documents.ts";
import { WorkspaceLabs } from "./labs/workspace-labs.ts";
import { LanguageServer } from "./language-server.ts";
import { createLanguageStatus } from "./language-status.ts";
import { CudaTagStore } from "./registry/cuda-tag-store.ts";
import { RegistryAccounts } from "./registry/registry-accounts.ts";
import { RegistryLogins } from "./registry/registry-logins.ts";
import { ServerSettingsSource } from "./server-settings.ts";
import { StatusBar } from "./status-bar.ts";
import { HostsView } from "./views/hosts/hosts-view.ts";
import { ImagesView } from "./views/images/images-view.ts";
import { RegistryView } from "./views/registry/registry-view.ts";

/** Every command, by its id in the manifest. */
const commands: readonly Command[] = [
  addHost,
  askTagsAgain,
  buildImage,
  buildAndPushImage,
  buildStaleImages,
  cancelBuild,
  buildWithoutCache,
  checkCudaInImage,
  compareTag,
  copyHostAddress,
  copyJob,
  copyReference,
  copyTagDigest,
  copyTagReference,
  deleteTag,
  disconnectHost,
  doctor,
  fixAllInEditor,
  initializeLab,
  logIn,
  logOut,
  newImage,
  openDockerfile,
  openManifest,
  openShellInImage,
  pinBase,
  prune,
  pushImageFromHost,
  refreshCudaTags,
  refreshHosts,
  refreshImages,
  refreshRegistry,
  removeHost,
  removeImageFromHost,
  restartServer,
  selectHost,
  showBuilds,
  showLayers,
  showLog,
  showMoreTags,
  startRegistry,
  stopRegistry,
  submitJob,
  tagImageOnHost,
  useTagAsBase,
  useThisHost,
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
  const builds = new ImageBuilds(log, hosts, logins, context.workspaceState);
  const hostsDesk = createHostsDesk(hosts, labs, log);
  const statusBar = new StatusBar();
  const images = new ImagesView(labs, hosts, builds, log);
  const layerDocuments = new LayerDocuments();
  const accounts = new RegistryAccounts(hosts);
  const registry = new RegistryView(labs, logins, builds.runs, accounts);
  context.subscriptions.push(
    log,
    hosts,
    labs,
    logins,
    builds,
    hostsDesk,
    statusBar,
    images,
    layerDocuments,
    registry,
    accounts,
    cudaTags,
    settings,
    server,
    createLanguageStatus(server),
    provideBuildTasks(labs, builds, log),
    showBuildsInStatusBar(statusBar, builds.runs),
    showHostInStatusBar(statusBar, hosts),
    new HostsView(hostsDesk, builds.runs),
    registerCommands(commands, {
      server,
      builds,
      images,
      layerDocuments,
      labs,
      logins,
      accounts,
      registry,
      cudaTags,
      hostsDesk,
      log,
    }),
    whenSomethingToCheck(() => {
      // The client says so itself.
      server.start().catch((error: unknown) => log.error(`The language server: ${String(error)}`));
    }),
  );
}
