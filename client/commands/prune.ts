import * as vscode from "vscode";
import { bytesText } from "../../engine/progress/quantities.ts";
import { activeFolder } from "../hosts/active-folder.ts";
import { hostOfSubject, isHostSubject } from "../hosts/host-subject.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { workOnHost } from "../images/work-on-host.ts";
import { showInformation } from "../messages.ts";
import type { Command } from "./command.ts";

/** What was removed from a host. */
export interface Pruned {
  readonly images: number;
  /** Bytes, of images and build cache together. */
  readonly freed: number;
}

type Part = "images" | "cache";

interface PartItem extends vscode.QuickPickItem {
  readonly part: Part;
}

/**
 * Shows what a host keeps of images that have lost their names and of build cache that nothing uses, and removes what the
 * user leaves checked; gives what was freed, undefined when dismissed.
 */
export const prune: Command = {
  id: "labImages.host.prune",
  async run({ hostsDesk: { hosts, list } }, subject): Promise<Pruned | undefined> {
    refuseUntrusted();
    const isNamed = isHostSubject(subject) || typeof subject === "string";
    const host = isNamed ? await hostOfSubject(subject, list, "") : await hosts.current(activeFolder());
    if (!host) return undefined;
    const { namelessImages, removeNamelessImages } = await import("../../engine/images/nameless-images.ts");
    const { unusedCache, removeUnusedCache } = await import("../../engine/build/build-cache.ts");
    const counting = vscode.l10n.t("Counting what is unused on {0}", host.name);
    const [images, cache] = await workOnHost(hosts, host, { title: counting }, (connection) =>
      Promise.all([namelessImages(connection), unusedCache(connection)]),
    );
    const items: PartItem[] = [];
    if (images.images.length > 0)
      items.push({
        part: "images",
        label: vscode.l10n.t(
          "{0} images without a name, up to {1}",
          images.images.length,
          bytesText(images.size),
        ),
        detail: vscode.l10n.t(
          "What rebuilds under the same tag left, anybody's; those that containers use stay",
        ),
      });
    if (cache.records > 0)
      items.push({
        part: "cache",
        label: vscode.l10n.t("{0} of build cache that no image uses", bytesText(cache.size)),
        detail: vscode.l10n.t("What is built next runs more of its steps anew"),
      });
    if (items.length === 0) {
      void showInformation(vscode.l10n.t("There is nothing to prune on {0}", host.name));
      return { images: 0, freed: 0 };
    }
    const parts = await askParts(items, host.name);
    if (!parts || parts.size === 0) return undefined;
    const title = vscode.l10n.t("Pruning {0}", host.name);
    const pruned = await workOnHost(hosts, host, { title, isLong: true }, async (connection, signal) => {
      const gone = parts.has("images")
        ? await removeNamelessImages(connection, signal)
        : { removed: 0, freed: 0 };
      const freed = parts.has("cache") ? await removeUnusedCache(connection, signal) : 0;
      return { images: gone.removed, freed: gone.freed + freed };
    });
    const text = vscode.l10n.t("Freed {0} on {1}", bytesText(pruned.freed), host.name);
    void showInformation(text);
    return pruned;
  },
};

async function askParts(items: readonly PartItem[], host: string): Promise<ReadonlySet<Part> | undefined> {
  const chosen = await vscode.window.showQuickPick(
    items.map((item) => ({ ...item, picked: true })),
    {
      title: vscode.l10n.t("Prune {0}", host),
      placeHolder: vscode.l10n.t("OK removes what is checked; no image with a name is touched"),
      canPickMany: true,
    },
  );
  return chosen && new Set(chosen.map(({ part }) => part));
}
