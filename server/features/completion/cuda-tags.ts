import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  MarkupKind,
  type Range,
} from "vscode-languageserver";
import { driverFit, surelyRuns } from "../../../core/cuda/drivers.ts";
import type { RegistryTags } from "../../../core/cuda/registry-tags.ts";
import { cudnnMajor } from "../../../core/cuda/releases.ts";
import { type TagStep, tagSteps } from "../../../core/cuda/tag-steps.ts";
import { osFromTagPart, systemPythonOf } from "../../../core/image/os-releases.ts";
import { osTitle, supportEnded } from "../../../core/image/os-support.ts";
import { catalogueNote, driverLines } from "../base-facts-text.ts";

/** Where a tag is being typed. */
export interface TypedTag {
  /** What stands behind the colon, up to the cursor. */
  readonly before: string;
  /** All of the tag, also what stands behind the cursor: what an item replaces. */
  readonly range: Range;
  /** The lab's GPU driver. */
  readonly driver: string | undefined;
  /** What a registry has besides the catalogue. */
  readonly newer: RegistryTags | undefined;
}

/**
 * The next part of an `nvidia/cuda` tag: release, cuDNN, flavour, OS. First what the lab's driver surely runs, newest
 * first; what NVIDIA no longer supports is marked, and last.
 */
export function cudaTagItems({ before, range, driver, newer }: TypedTag): CompletionItem[] {
  const start = before.slice(0, before.lastIndexOf("-") + 1);
  return tagSteps(start, newer?.tags)
    .map((step, index) => ({ step, index, rank: rankOf(step, driver) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ step }, place) => itemOf(step, place, range, driver, newer));
}

function rankOf(step: TagStep, driver: string | undefined): number {
  return (step.supported ? 0 : 1_000) + driverRank(step.cuda, driver) * 100 + kindRank(step);
}

/** What the driver knows itself goes before what it runs through CUDA's compatibility within a major. */
function driverRank(cuda: string, driver: string | undefined): number {
  if (driver === undefined || driverFit(cuda, driver) === "native") return 0;
  return surelyRuns(cuda, driver) ? 1 : 2;
}

/** Among parts of one place: cuDNN first, as training wants it; devel before runtime; the newest Ubuntu. */
function kindRank({ kind, part }: TagStep): number {
  if (kind === "library") return 0;
  if (kind === "flavour") return 1 + ["devel", "runtime", "base"].indexOf(part);
  if (kind !== "os") return 0;
  return part === "ubuntu22.04" ? 0 : part.startsWith("ubuntu") ? 1 : 2;
}

function itemOf(
  step: TagStep,
  place: number,
  range: Range,
  driver: string | undefined,
  newer: RegistryTags | undefined,
): CompletionItem {
  const { part, tag, whole, supported } = step;
  const source = step.catalogued ? undefined : newer;
  return {
    label: part,
    kind: whole ? CompletionItemKind.Value : CompletionItemKind.EnumMember,
    detail: detailOf(step, driver) + (source ? `, from ${source.registry}, ${source.date}` : ""),
    documentation: { kind: MarkupKind.Markdown, value: documentationOf(step, driver, source) },
    ...(supported ? {} : { tags: [CompletionItemTag.Deprecated] }),
    sortText: String(place).padStart(3, "0"),
    filterText: tag,
    textEdit: { range, newText: whole ? tag : `${tag}-` },
    // The next part is asked for at once.
    ...(whole ? {} : { command: { title: "", command: "editor.action.triggerSuggest" } }),
  };
}

function detailOf(step: TagStep, driver: string | undefined): string {
  if (!step.supported) return "no longer supported by NVIDIA";
  // Of a release that only a registry has, NVIDIA's demands may not be known here.
  const isJudged = step.catalogued || driverFit(step.cuda, driver ?? "") !== undefined;
  if (step.kind === "release" && isJudged && driver !== undefined && !surelyRuns(step.cuda, driver))
    return `needs a newer driver than ${driver}`;
  switch (step.kind) {
    case "release":
      return `CUDA ${step.part}`;
    case "library":
      return cudnnMajor(step.part) === undefined ? step.part : `cuDNN ${cudnnMajor(step.part)}`;
    case "flavour":
      return flavourDetails[step.part as keyof typeof flavourDetails];
    case "os": {
      const os = osFromTagPart(step.part);
      return os ? osTitle(os) : step.part;
    }
  }
}

const flavourDetails = {
  devel: "compiler and headers",
  runtime: "libraries, no compiler",
  base: "the CUDA runtime alone",
} as const;

function documentationOf(
  step: TagStep,
  driver: string | undefined,
  source: RegistryTags | undefined,
): string {
  const lines = [`\`nvidia/cuda:${step.tag}${step.whole ? "" : "-…"}\``];
  if (step.kind === "os") {
    const os = osFromTagPart(step.part);
    const python = os && systemPythonOf(os);
    if (os) {
      const ended = supportEnded(os);
      lines.push(`${osTitle(os)}${ended ? `, without security updates since ${ended}` : ""}`);
    }
    if (python) lines.push(`Its package \`python3\` is Python ${python}`);
  }
  lines.push(...driverLines(step.cuda, driver));
  if (source)
    return `${lines.join("  \n")}\n\nNot in the catalogue: ${source.registry} had it on ${source.date}.`;
  lines.push(step.supported ? "Supported by NVIDIA" : "NVIDIA no longer supports it and may delete it");
  return `${lines.join("  \n")}\n\n${catalogueNote}`;
}
