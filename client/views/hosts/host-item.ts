import * as vscode from "vscode";
import type { HostFacts } from "../../../engine/connection/host-facts.ts";
import type { KnownHost } from "../../../engine/connection/list-hosts.ts";
import { sentenceOf } from "../../../engine/failure.ts";
import { bytesText } from "../../../engine/progress/quantities.ts";
import type { HostState } from "../../hosts/host-states.ts";

/** What the row of a host shows. */
export interface HostRow extends KnownHost {
  readonly state: HostState;
  /** Titles of the builds of this window that run there. */
  readonly builds: readonly string[];
}

/** The row of a host: its name, what is known of it in words, and an icon that says the state again. */
export function hostItem({ host, listed, current, why, state, builds }: HostRow): vscode.TreeItem {
  const item = new vscode.TreeItem(host.name, vscode.TreeItemCollapsibleState.Collapsed);
  const words = [
    ...(current ? [vscode.l10n.t("this workspace's")] : []),
    ...(builds.length > 0 ? [vscode.l10n.t("building {0}", builds.join(", "))] : []),
    ...stateWords(state),
  ];
  item.id = host.url;
  item.description = words.join(" · ");
  item.iconPath = stateIcon(state);
  item.tooltip = [
    `${host.name} (${host.url})`,
    why,
    ...("failure" in state ? ["", sentenceOf(state.failure)] : []),
    ...(state.kind === "not-asked" || state.kind === "wants-answer"
      ? ["", vscode.l10n.t("Open it to connect")]
      : []),
  ].join("\n");
  item.accessibilityInformation = { label: [host.name, ...words].join(", ") };
  item.contextValue = [
    "host",
    ...(current ? ["current"] : []),
    ...(state.kind === "reached" || state.kind === "connecting" ? ["connected"] : []),
    ...(state.kind === "not-reached" ? ["away"] : []),
    ...(listed.source === "hosts-setting" ? ["own"] : []),
  ].join(" ");
  return item;
}

/** The rows under a host that was asked: what it is and has, what it builds, or why it is not reached. */
export function detailItems({ host, state, builds }: HostRow): vscode.TreeItem[] {
  const rows: readonly Detail[] =
    state.kind === "reached"
      ? [...builds.map(buildDetail), ...factDetails(state.facts)]
      : "failure" in state
        ? failureDetails(state.failure)
        : [];
  return rows.map(({ id, label, description, icon, tooltip }) => {
    const item = new vscode.TreeItem(label);
    item.id = `${host.url}\n${id}`;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.tooltip = tooltip ?? [label, description].filter(Boolean).join("\n");
    if (description !== undefined) item.description = description;
    return item;
  });
}

interface Detail {
  /** The same as long as it says the same thing, whatever stands above it. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly tooltip?: string;
}

function stateWords(state: HostState): readonly string[] {
  switch (state.kind) {
    case "not-asked":
      return [];
    case "connecting":
      return [vscode.l10n.t("connecting…")];
    case "wants-answer":
      return [vscode.l10n.t("has a question: open it to connect")];
    case "not-reached":
      return [vscode.l10n.t("not reached: {0}", state.failure.what)];
    case "reached": {
      const { version, disk, gpus } = state.facts;
      return [
        // A distribution's own addition is in the row below.
        version === undefined ? vscode.l10n.t("reached") : `Docker ${version.replace(/\+.*/, "")}`,
        ...(disk ? [vscode.l10n.t("{0} free", bytesText(disk.free))] : []),
        ...(gpus && gpus.length > 0 ? [gpuCount(gpus)] : []),
      ];
    }
  }
}

function stateIcon({ kind }: HostState): vscode.ThemeIcon {
  switch (kind) {
    case "not-asked":
      return new vscode.ThemeIcon("vm-outline");
    case "connecting":
      return new vscode.ThemeIcon("loading~spin");
    case "reached":
      return new vscode.ThemeIcon("vm-active");
    case "wants-answer":
      return new vscode.ThemeIcon("question");
    case "not-reached":
      return new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  }
}

function buildDetail(title: string, index: number): Detail {
  return {
    // Labs may have images of the same name.
    id: `build ${index}`,
    label: title,
    description: vscode.l10n.t("is being built"),
    icon: "sync~spin",
  };
}

function factDetails({ version, system, disk, gpus }: HostFacts): readonly Detail[] {
  return [
    { id: "docker", label: `Docker ${version ?? ""}`.trim(), description: system, icon: "info" },
    {
      ...{ id: "disk", icon: "database" },
      ...(disk
        ? { label: vscode.l10n.t("{0} free", bytesText(disk.free)), description: disk.at }
        : { label: vscode.l10n.t("free space unknown") }),
    },
    ...gpuDetails(gpus),
  ];
}

/** A row for each kind of GPU. */
function gpuDetails(gpus: HostFacts["gpus"]): readonly Detail[] {
  if (!gpus) return [{ id: "gpus", label: vscode.l10n.t("GPUs unknown"), icon: "circuit-board" }];
  if (gpus.length === 0)
    return [
      {
        id: "gpus",
        label: vscode.l10n.t("no GPU"),
        icon: "circuit-board",
        tooltip: vscode.l10n.t("Images build without one, and run elsewhere"),
      },
    ];
  const counts = new Map<string, number>();
  for (const gpu of gpus) counts.set(gpu, (counts.get(gpu) ?? 0) + 1);
  return [...counts].map(([gpu, count]) => {
    const [name = gpu, ...rest] = gpu.split(", ");
    return {
      id: `gpu ${gpu}`,
      label: count === 1 ? name : `${count} × ${name}`,
      description: rest.join(", "),
      icon: "circuit-board",
    };
  });
}

function failureDetails({
  what,
  said,
  next,
}: {
  what: string;
  said?: string;
  next?: string;
}): readonly Detail[] {
  return [
    { id: "what", label: what, icon: "warning" },
    ...(said
      ? [{ id: "said", label: said.trim().split("\n")[0] ?? "", icon: "comment", tooltip: said.trim() }]
      : []),
    ...(next ? [{ id: "next", label: next, icon: "lightbulb" }] : []),
  ];
}

function gpuCount({ length }: readonly string[]): string {
  return length === 1 ? vscode.l10n.t("1 GPU") : vscode.l10n.t("{0} GPUs", length);
}
