import * as vscode from "vscode";
import { type FailureDetails, sentenceOf } from "../../../engine/failure.ts";
import { knownTime } from "../../../engine/images/known-time.ts";
import { shortId } from "../../../engine/images/short-digest.ts";
import { plainText } from "../../../engine/plain-text.ts";
import { bytesText } from "../../../engine/progress/quantities.ts";
import type { TaggedImage } from "../../../engine/registry/distribution/tagged-image.ts";
import { ago } from "../ago.ts";
import {
  type MoreNode,
  type PlaceNode,
  type RegistryNode,
  type RepositoryNode,
  registryKey,
  type TagNode,
} from "./registry-tree.ts";

const mostLabels = 12;
const longestLabel = 200;

/** The row of a node. Whatever a registry says is shown as plain text: nothing of it is obeyed, no Markdown either. */
export function registryItem(node: RegistryNode): vscode.TreeItem {
  switch (node.kind) {
    case "place":
      return placeItem(node);
    case "repository":
      return repositoryItem(node);
    case "tag":
      return tagItem(node);
    case "more":
      return moreItem(node);
  }
}

function placeItem(node: PlaceNode): vscode.TreeItem {
  const { registry, prefix, host, state } = node;
  const label = `${registry}/${prefix}`.replace(/\/$/, "");
  const listed = state.kind === "listed";
  const item = new vscode.TreeItem(
    label,
    listed ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  item.id = `${registryKey(node)}/${prefix}`;
  const words = [host ? vscode.l10n.t("on {0}", host.name) : "", stateWords(state)]
    .filter(Boolean)
    .join(" · ");
  item.description = words;
  item.iconPath = listed
    ? new vscode.ThemeIcon("server")
    : state.kind === "asking"
      ? new vscode.ThemeIcon("loading~spin")
      : new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  item.tooltip = "failure" in state ? `${label}\n\n${sentenceOf(state.failure)}` : label;
  const login = state.kind === "listed" && state.hasLogin ? "loggedIn" : "loggedOut";
  item.contextValue = `place ${login} ${state.kind}`;
  item.accessibilityInformation = { label: words === "" ? label : `${label}, ${words}` };
  return item;
}

function stateWords(state: PlaceNode["state"]): string {
  switch (state.kind) {
    case "listed":
      return state.repositories.length === 0 ? vscode.l10n.t("nothing there yet") : "";
    case "asking":
      return vscode.l10n.t("asking…");
    case "login":
      return vscode.l10n.t("not logged in");
    case "not-started":
      return vscode.l10n.t("no registry runs there");
    case "failed":
      return state.failure.what;
  }
}

function repositoryItem(node: RepositoryNode): vscode.TreeItem {
  const { registry, path, name, isThere, failure } = node;
  const label = plainText(name);
  const item = new vscode.TreeItem(
    label,
    isThere === false ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = `${registryKey(node)}/${path}`;
  const words = failure ? failure.what : isThere === false ? vscode.l10n.t("not pushed yet") : "";
  item.description = words;
  item.iconPath = failure
    ? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"))
    : new vscode.ThemeIcon("repo");
  item.tooltip = failure ? whyText(`${registry}/${path}`, failure) : `${registry}/${path}`;
  item.contextValue = failure ? "repository failed" : "repository";
  item.accessibilityInformation = { label: words === "" ? label : `${label}, ${words}` };
  return item;
}

function whyText(subject: string, failure: FailureDetails): string {
  return `${plainText(subject)}\n\n${sentenceOf(failure)}`;
}

function tagItem(node: TagNode): vscode.TreeItem {
  const { registry, path, listed } = node;
  const label = plainText(listed.tag);
  const item = new vscode.TreeItem(label);
  const reference = `${registry}/${path}:${listed.tag}`;
  item.id = `${registryKey(node)}/${path}:${listed.tag}`;
  item.contextValue = "tag";
  item.iconPath = new vscode.ThemeIcon("failure" in listed ? "warning" : "tag");
  if ("failure" in listed) {
    item.description = listed.failure.what;
    item.tooltip = whyText(reference, listed.failure);
  } else if ("digest" in listed) {
    item.description = wordsOf(listed).join(" · ");
    item.tooltip = tooltipOf(reference, listed);
  }
  item.accessibilityInformation = { label: [label, item.description].filter(Boolean).join(", ") };
  return item;
}

/** Size, age, CUDA, platforms, digest. */
function wordsOf(image: TaggedImage): string[] {
  const time = timeOf(image);
  return [
    bytesText(image.size),
    ...(time === undefined ? [] : [ago(time)]),
    ...(image.cuda === undefined ? [] : [`CUDA ${plainText(image.cuda)}`]),
    plainText(image.platforms.join(", ")),
    shortId(image.digest),
  ];
}

/** When it was pushed, or made where the registry does not tell. */
function timeOf({ pushed, created }: TaggedImage): number | undefined {
  return knownTime(Date.parse(pushed ?? created ?? ""));
}

/** All that is known of it; also resolved when somebody points at a tag that was not looked into. */
export function tooltipOf(reference: string, image: TaggedImage): string {
  const { digest, size, platforms, cuda, created, pushed, labels } = image;
  const at = (text: string | undefined) => {
    const time = knownTime(Date.parse(text ?? ""));
    return time === undefined ? undefined : new Date(time).toLocaleString(vscode.env.language);
  };
  const author = labels["org.opencontainers.image.authors"] ?? labels.maintainer;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [vscode.l10n.t("Digest"), digest],
    [vscode.l10n.t("To pull"), bytesText(size)],
    [vscode.l10n.t("Platforms"), platforms.join(", ")],
    ["CUDA", cuda],
    [vscode.l10n.t("Made"), at(created)],
    [vscode.l10n.t("Pushed"), at(pushed)],
    [vscode.l10n.t("By"), author],
  ];
  const lines = facts.flatMap(([name, value]) => (value ? [`${name}: ${plainText(value)}`] : []));
  const named = Object.entries(labels)
    .slice(0, mostLabels)
    .map(([name, value]) => plainText(`${name}=${value}`).replaceAll("\n", " ").slice(0, longestLabel));
  return [plainText(reference), "", ...lines, ...(named.length > 0 ? ["", ...named] : [])].join("\n");
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const { path, tags } = node.repository;
  const title = vscode.l10n.t("Show more tags");
  const item = new vscode.TreeItem(title);
  item.id = `${registryKey(node.repository)}/${path} more`;
  item.description = vscode.l10n.t("{0} are shown", tags.length);
  item.tooltip = vscode.l10n.t("Ask for the next tags of {0}", plainText(path));
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  item.iconPath = new vscode.ThemeIcon("ellipsis");
  item.command = {
    command: "labImages.registry.showMore",
    title,
    arguments: [node],
  };
  return item;
}
