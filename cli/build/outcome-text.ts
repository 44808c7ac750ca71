import type { BuildResult } from "../../engine/build/build-event.ts";
import { shortDigest } from "../../engine/images/short-digest.ts";
import type { ImageOutcome, PlannedImage } from "../../engine/lab/lab-build-event.ts";
import { printable } from "../../engine/progress/cells.ts";
import { bytesText, secondsText } from "../../engine/progress/quantities.ts";
import { columns } from "../output/columns.ts";
import { counted } from "../output/counted.ts";

const nothing = "-";

type Outcomes = ReadonlyMap<string, ImageOutcome>;

/** What came of one image that was built, or left as it was; empty for one that failed. */
export function outcomeSentence({ name }: PlannedImage, outcome: ImageOutcome): string {
  if (outcome.kind === "current" || outcome.kind === "pushed")
    return `${printable(name)} is up to date; --force builds it all the same\n`;
  const result = resultOf(outcome);
  return result ? builtSentence(result) : "";
}

/** What came of several images: a line each, in the order of building. */
export function outcomeTable(images: readonly PlannedImage[], outcomes: Outcomes): string {
  const head = ["IMAGE", "TAG", "STATE", "TIME", "SIZE", "CACHED", "DIGEST"];
  const rows = images.flatMap((image) => {
    const outcome = outcomes.get(image.name);
    if (!outcome) return [];
    const result = resultOf(outcome);
    const cached = result && cachedSteps(result);
    const digest = "digests" in outcome ? outcome.digests[0] : undefined;
    return [
      [
        printable(image.name),
        printable(image.reference),
        stateOf(outcome),
        result ? secondsText(result.duration) : nothing,
        result ? bytesText(result.size) : nothing,
        cached ? `${cached.cached}/${cached.total}` : nothing,
        digest === undefined ? nothing : shortDigest(digest),
      ],
    ];
  });
  return columns([head, ...rows]);
}

function stateOf(outcome: ImageOutcome): string {
  switch (outcome.kind) {
    case "built":
      return outcome.digests.length > 0 ? "built, pushed" : "built";
    case "current":
      return "up to date";
    case "pushed":
      return "up to date, pushed";
    case "build-failed":
      return outcome.failure.cause === "cancelled" ? "cancelled" : "failed";
    case "push-failed":
      return outcome.result ? "built, push failed" : "push failed";
    case "skipped":
      return outcome.base === undefined ? "not begun" : `not built: no ${printable(outcome.base)}`;
  }
}

function resultOf(outcome: ImageOutcome): BuildResult | undefined {
  return "result" in outcome ? outcome.result : undefined;
}

function builtSentence(result: BuildResult): string {
  const { tags, image, size, duration } = result;
  const { cached, total } = cachedSteps(result);
  const fromCache = cached > 0 ? `, ${cached} of ${counted(total, "step")} from the cache` : "";
  const name = tags.length > 0 ? tags.join(", ") : "an image without a name";
  return `Built ${name} (${shortDigest(image)}, ${bytesText(size)}) in ${secondsText(duration)}${fromCache}\n`;
}

/** Of the Dockerfile's own steps. */
function cachedSteps({ steps }: BuildResult): { readonly cached: number; readonly total: number } {
  const own = steps.filter(({ name }) => /^\[[^\]]*\d+\/\d+\] /.test(name));
  return { cached: own.filter(({ state }) => state === "cached").length, total: own.length };
}
