import * as vscode from "vscode";
import { sentenceOf } from "../../../engine/failure.ts";
import { knownTime } from "../../../engine/images/known-time.ts";
import { labelNames } from "../../../engine/images/label-names.ts";
import { shortId } from "../../../engine/images/short-digest.ts";
import type { BuildReason } from "../../../engine/lab/lab-build-event.ts";
import { bytesText } from "../../../engine/progress/quantities.ts";
import { ago } from "../ago.ts";
import type { ImageNode } from "./image-nodes.ts";
import type { ShownState } from "./shown-state.ts";

/** In a few words, behind the image's name: state, age, size. */
export function descriptionOf(node: ImageNode): string {
  const { shown, state } = node;
  const digest = shown.kind === "pushed" && state?.pushed ? shortId(state.pushed) : undefined;
  const parts = [stateWords(shown), digest, ageOf(node), sizeOf(node)];
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** The state in a few words. */
export function stateWords(shown: ShownState): string {
  switch (shown.kind) {
    case "unknown":
      return "";
    case "not-built":
      return vscode.l10n.t("not built");
    case "current":
      return vscode.l10n.t("built");
    case "pushed":
      return vscode.l10n.t("pushed");
    case "stale":
      return vscode.l10n.t("stale: {0}", shown.reasons.map(reasonWords).join(", "));
    case "waiting":
      return vscode.l10n.t("waiting for its turn");
    case "building": {
      const { done, total } = shown.count;
      if (total === 0) return vscode.l10n.t("building");
      // Without where it stands in its stage: `[2/7] RUN make`.
      const step = shown.step?.replace(/^\[[^\]]*\]\s*/, "") ?? "";
      return vscode.l10n.t("building {0}/{1}: {2}", done, total, step);
    }
    case "pushing":
      return vscode.l10n.t("pushing {0}/{1} layers", shown.count.done, shown.count.total);
    case "blocked":
      return vscode.l10n.t("cannot be built");
    case "failed":
      return vscode.l10n.t("build failed");
    case "push-failed":
      return vscode.l10n.t("push failed");
  }
}

/** All that is known of an image, a line each; every text of others is escaped. */
export function tooltipOf(node: ImageNode): vscode.MarkdownString {
  const { image, state, shown, host } = node;
  const words = stateWords(shown);
  const label = (name: keyof typeof labelNames) => state?.image?.labels[labelNames[name]] || undefined;
  const lines: [label: string, text: string | undefined][] = [
    [vscode.l10n.t("State"), words === "" ? vscode.l10n.t("not known") : words],
    [vscode.l10n.t("Why"), "failure" in shown ? sentenceOf(shown.failure) : undefined],
    [vscode.l10n.t("Host"), host && (host.name === host.url ? host.url : `${host.name} (${host.url})`)],
    [vscode.l10n.t("Size"), sizeOf(node)],
    [vscode.l10n.t("Built"), timeOf(node)],
    [vscode.l10n.t("Pushed as"), state?.pushed],
    [vscode.l10n.t("Image"), state?.image?.id],
    [vscode.l10n.t("Source"), label("source")],
    [vscode.l10n.t("Revision"), label("revision")],
    [vscode.l10n.t("Base"), [label("baseName"), label("baseDigest")].filter(Boolean).join("@") || undefined],
    ["CUDA", label("cuda")],
    [vscode.l10n.t("Builds on"), [...image.bases, ...image.otherBases].join(", ") || undefined],
    [vscode.l10n.t("Missing"), image.missingBases.join(", ") || undefined],
    [vscode.l10n.t("Dockerfile"), image.dockerfile ?? vscode.l10n.t("none in its folder")],
  ];
  const markdown = new vscode.MarkdownString("**");
  markdown.appendText(image.reference).appendMarkdown("**");
  for (const [label, text] of lines)
    if (text !== undefined) markdown.appendMarkdown(`\n\n${label}: `).appendText(text);
  return markdown;
}

/** What a screen reader says: the description, with the host. */
export function accessibleLabelOf(node: ImageNode): string {
  const { image, host } = node;
  const on = host && vscode.l10n.t("on {0}", host.name);
  return [image.name, descriptionOf(node), on].filter((part) => part).join(", ");
}

/** The icon of a state; its colour says nothing that its shape does not. */
export function iconOf({ kind }: ShownState): vscode.ThemeIcon {
  const [id, colour] = icons[kind];
  return new vscode.ThemeIcon(id, colour === undefined ? undefined : new vscode.ThemeColor(colour));
}

const icons: Readonly<Record<ShownState["kind"], readonly [id: string, colour?: string]>> = {
  unknown: ["package"],
  "not-built": ["circle-outline"],
  current: ["pass", "testing.iconPassed"],
  pushed: ["cloud", "testing.iconPassed"],
  stale: ["history", "list.warningForeground"],
  waiting: ["clock"],
  building: ["loading~spin"],
  pushing: ["sync~spin"],
  blocked: ["circle-slash", "list.warningForeground"],
  failed: ["error", "testing.iconFailed"],
  "push-failed": ["warning", "testing.iconFailed"],
};

function reasonWords(reason: BuildReason): string {
  switch (reason) {
    case "not-built":
      return vscode.l10n.t("not built");
    case "dockerfile":
      return vscode.l10n.t("Dockerfile changed");
    case "files":
      return vscode.l10n.t("copied files changed");
    case "arguments":
      return vscode.l10n.t("arguments changed");
    case "base":
      return vscode.l10n.t("base changed");
    case "unknown":
      return vscode.l10n.t("built by other means");
    case "asked":
      return vscode.l10n.t("asked for");
  }
}

function sizeOf({ state }: ImageNode): string | undefined {
  return state?.image && bytesText(state.image.size);
}

function ageOf({ state, shown }: ImageNode): string | undefined {
  const created = knownTime(state?.image?.created);
  if (created === undefined) return undefined;
  return shown.kind === "pushed" || shown.kind === "current" ? ago(created) : undefined;
}

function timeOf({ state }: ImageNode): string | undefined {
  const created = knownTime(state?.image?.created);
  return created === undefined ? undefined : new Date(created).toLocaleString(vscode.env.language);
}
