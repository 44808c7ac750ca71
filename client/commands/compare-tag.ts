import * as vscode from "vscode";
import { shortDigest } from "../../engine/images/short-digest.ts";
import type { HostComparison } from "../../engine/registry/contents/compare-with-host.ts";
import { askInEditor } from "../hosts/ask-ssh.ts";
import { showInformation } from "../messages.ts";
import { askRegistry, refuseUntrusted } from "../registry/ask-registry.ts";
import { referenceOf, tagOfSubject } from "../registry/tag-subject.ts";
import { ago } from "../views/ago.ts";
import type { Command } from "./command.ts";

/** Says whether the image under a tag is the one of that name on its lab's host; gives how they are to each other. */
export const compareTag: Command = {
  id: "labImages.registry.compare",
  async run(context, subject): Promise<HostComparison | undefined> {
    refuseUntrusted();
    const placeHolder = vscode.l10n.t("The image to compare with the one on the host");
    const tag = await tagOfSubject(subject, context, placeHolder);
    if (!tag) return undefined;
    const { hosts } = context.hostsDesk;
    const host = await hosts.current(tag.scope);
    const reference = referenceOf(tag);
    const title = vscode.l10n.t("Comparing {0} with {1}", reference, host.name);
    const comparison = await askRegistry(title, async () => {
      const { compareWithHost } = await import("../../engine/registry/contents/compare-with-host.ts");
      const { client } = await context.accounts.contentsOf(tag.registry, tag.scope);
      const connection = await hosts.connect(host, { ask: askInEditor });
      try {
        return await compareWithHost(connection, client, tag.path, tag.tag);
      } finally {
        void connection.close();
      }
    });
    void showInformation(textOf(comparison, reference, host.name));
    return comparison;
  },
};

function textOf(comparison: HostComparison, reference: string, host: string): string {
  switch (comparison.kind) {
    case "not-on-host":
      return vscode.l10n.t("{0} is in the registry, and not on {1}.", reference, host);
    case "same":
      return vscode.l10n.t(
        "{0} is the same image on {1} and in the registry ({2}).",
        reference,
        host,
        shortDigest(comparison.digest),
      );
    case "different":
      return vscode.l10n.t(
        "{0} is another image on {1} (made {2}) than in the registry (made {3}); {4} of its {5} layers there are the same.",
        reference,
        host,
        madeText(comparison.madeOnHost),
        madeText(comparison.madeInRegistry),
        comparison.shared,
        comparison.layersOnHost,
      );
  }
}

function madeText(time: number | undefined): string {
  return time === undefined ? vscode.l10n.t("at an unknown time") : ago(time);
}
