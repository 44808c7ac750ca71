import { basename } from "node:path";
import * as vscode from "vscode";
import { oneLine } from "../../engine/progress/one-line.ts";
import type { BuildRun, RunRequest } from "./build-run.ts";
import type { ImageRun } from "./image-run.ts";

/** What a run is: `Building pytorch on node`. */
export function headingOf({ title, host, pushesOnly }: RunRequest): string {
  return pushesOnly
    ? vscode.l10n.t("Pushing {0} from {1}", title, host.name)
    : vscode.l10n.t("Building {0} on {1}", title, host.name);
}

/** What a run is at, in a few words: the image that works, where there are several, and its step. */
export function summaryOf(run: BuildRun): string {
  if (run.isCancelled) return vscode.l10n.t("being cancelled");
  const working = run.images.filter(({ isWorking }) => isWorking);
  const [first] = working;
  if (!first) return vscode.l10n.t("looking at what is stale");
  const more = working.length > 1 ? vscode.l10n.t(" (+{0} more)", working.length - 1) : "";
  return `${imageSummary(first, run.images.length > 1)}${more}`;
}

/** The same in a word or two: the image's name and its step, `pytorch 3/9`. */
export function shortSummaryOf(run: BuildRun): string {
  const image = run.images.find(({ isWorking }) => isWorking);
  if (!image) return basename(run.request.title);
  const { done, total } = image.state === "pushing" ? image.layerCount : image.stepCount;
  const name = basename(image.image.name);
  return total === 0 ? name : `${name} ${done}/${total}`;
}

/** What an image that is under way is at. */
export function imageSummary(image: ImageRun, named: boolean): string {
  const text = image.state === "pushing" ? pushText(image) : stepText(image);
  return named ? `${image.image.name}: ${text}` : text;
}

function pushText({ pushed = "", layerCount: { done, total } }: ImageRun): string {
  return vscode.l10n.t("pushing {0}: {1} of {2} layers", basename(pushed), done, total);
}

function stepText({ step, stepCount: { done, total } }: ImageRun): string {
  if (total === 0) return vscode.l10n.t("beginning");
  return `(${done}/${total})${step ? ` ${oneLine(step.name)}` : ""}`;
}
