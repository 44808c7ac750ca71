import * as vscode from "vscode";
import { askRegistry, refuseUntrusted } from "../registry/ask-registry.ts";
import { referenceOf, tagOfSubject } from "../registry/tag-subject.ts";
import type { Command } from "./command.ts";

const statusMs = 4000;

/** Copies the name of an image in a registry; gives it, undefined when dismissed. */
export const copyTagReference: Command = {
  id: "labImages.registry.copyReference",
  async run(context, subject): Promise<string | undefined> {
    refuseUntrusted();
    const tag = await tagOfSubject(subject, context, vscode.l10n.t("The image whose name to copy"));
    return tag && copy(referenceOf(tag));
  },
};

/** Copies the name with the digest that the tag stands for now, which never means another image. */
export const copyTagDigest: Command = {
  id: "labImages.registry.copyDigest",
  async run(context, subject): Promise<string | undefined> {
    refuseUntrusted();
    const tag = await tagOfSubject(subject, context, vscode.l10n.t("The image whose digest to copy"));
    if (!tag) return undefined;
    const reference = referenceOf(tag);
    const contents = await context.accounts.contentsOf(tag.registry, tag.scope);
    const digest = await askRegistry(vscode.l10n.t("Asking for {0}", reference), () =>
      contents.client.digestOf(tag.path, tag.tag),
    );
    return copy(`${reference}@${digest}`);
  },
};

async function copy(text: string): Promise<string> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t("Copied {0}", text), statusMs);
  return text;
}
