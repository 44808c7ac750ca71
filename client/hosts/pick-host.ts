import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";
import type { KnownHostList } from "./known-host-list.ts";

/** An answer of a list, with what it stands for. */
export interface Answer<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

/**
 * Asks for a host, the current one first, with why each is known; `others` are answers behind the hosts. Only hosts that
 * `isOffered` takes are there. Undefined when dismissed.
 */
export async function pickHost<Other = never>(
  list: KnownHostList,
  placeHolder: string,
  others: readonly Answer<Other>[] = [],
  isOffered: (host: Host) => boolean = () => true,
): Promise<Host | Other | undefined> {
  const separator = { label: "", kind: vscode.QuickPickItemKind.Separator, value: undefined };
  const items = answersOf(list, isOffered).then((hosts): Answer<Host | Other | undefined>[] => [
    ...hosts,
    ...(others.length > 0 ? [separator, ...others] : []),
  ]);
  const options = { placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.value;
}

async function answersOf(
  list: KnownHostList,
  isOffered: (host: Host) => boolean,
): Promise<readonly Answer<Host>[]> {
  const { hosts } = await list.all();
  return hosts
    .filter(({ listed }) => isOffered(listed))
    .map(({ host, listed, current, why }) => ({
      value: listed,
      label: `$(${current ? "check" : "server"}) ${host.name}`,
      description: host.url,
      detail: current ? vscode.l10n.t("this workspace's host: {0}", why) : why,
    }));
}
