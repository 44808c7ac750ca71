import * as vscode from "vscode";
import { askRegistry, refuseUntrusted } from "../registry/ask-registry.ts";
import { referenceOf, tagOfSubject } from "../registry/tag-subject.ts";
import type { Command } from "./command.ts";

const statusMs = 6000;
const mostNamed = 10;

/**
 * Deletes a tag in a registry once the user has agreed, who is told what else goes with it; `answer` agrees where it is the
 * image's full name. Gives whether it was deleted.
 */
export const deleteTag: Command = {
  id: "labImages.registry.deleteTag",
  async run(context, subject, answer): Promise<boolean> {
    refuseUntrusted();
    const tag = await tagOfSubject(subject, context, vscode.l10n.t("The tag to delete in the registry"));
    if (!tag) return false;
    const reference = referenceOf(tag);
    const contents = await context.accounts.contentsOf(tag.registry, tag.scope);
    const deletion = await askRegistry(vscode.l10n.t("Asking for {0}", reference), () =>
      contents.deletionOf(tag.path, tag.tag),
    );
    if (answer !== reference && !(await agrees(reference, deletion.others))) return false;
    const title = vscode.l10n.t("Deleting {0}", reference);
    await askRegistry(title, () => contents.deleteTag(deletion));
    context.registry.refresh();
    vscode.window.setStatusBarMessage(vscode.l10n.t("Lab Images: {0} is deleted", reference), statusMs);
    return true;
  },
};

async function agrees(reference: string, others: readonly string[] | undefined): Promise<boolean> {
  const title = vscode.l10n.t("Delete {0} in the registry?", reference);
  const forGood = vscode.l10n.t("Jobs that name it will not start any more. It cannot be undone.");
  const detail = [...(othersText(others) ?? []), forGood].join("\n\n");
  const yes = vscode.l10n.t("Delete");
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, yes)) === yes;
}

/** What this registry may not be able to keep. */
function othersText(others: readonly string[] | undefined): string[] | undefined {
  if (others === undefined)
    return [vscode.l10n.t("Where the registry deletes images only, every other tag of this image goes too.")];
  if (others.length === 0) return undefined;
  const named = others.slice(0, mostNamed).join(", ");
  const rest = others.length > mostNamed ? vscode.l10n.t(" and {0} more", others.length - mostNamed) : "";
  return [vscode.l10n.t("The same image has other tags, which may go with it: {0}{1}.", named, rest)];
}
