import * as vscode from "vscode";
import { askRegistry, refuseUntrusted } from "../registry/ask-registry.ts";
import type { Command } from "./command.ts";

const statusMs = 6000;

/**
 * Fetches the tags of `nvidia/cuda` that are newer than the catalogue and keeps them; gives how many. Where it fails,
 * those of the last time stay. A keybinding's `args` may name a registry that mirrors Docker Hub: `{ "registry": "…" }`.
 */
export const refreshCudaTags: Command = {
  id: "labImages.cuda.refreshTags",
  async run({ cudaTags }, subject): Promise<number> {
    refuseUntrusted();
    const registry = registryOf(subject) ?? "docker.io";
    const found = await askRegistry(vscode.l10n.t("Asking {0} for CUDA tags", registry), async () => {
      const { fetchCudaTags } = await import("../registry/fetch-cuda-tags.ts");
      return fetchCudaTags(registry);
    });
    cudaTags.keep(found);
    const count = found.tags.length;
    vscode.window.setStatusBarMessage(
      count === 0
        ? vscode.l10n.t("Lab Images: {0} has no CUDA tags beyond the catalogue", registry)
        : vscode.l10n.t("Lab Images: {0} CUDA tags beyond the catalogue", count),
      statusMs,
    );
    return count;
  },
};

function registryOf(subject: unknown): string | undefined {
  const { registry } = (subject ?? {}) as { readonly registry?: unknown };
  return typeof registry === "string" && registry !== "" ? registry : undefined;
}
