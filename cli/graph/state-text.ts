import type { ImageState } from "../../engine/lab/image-states.ts";
import { reasonText } from "../build/reason-text.ts";
import { failureSentence } from "../failure-sentence.ts";

/** How an image stands on a host, for a reader. */
export function stateText({ state, reasons, failure, pushed }: ImageState): string {
  switch (state) {
    case "not-built":
      return "not built";
    case "current":
      return pushed === undefined ? "up to date" : "up to date, pushed";
    case "stale":
      return `stale: ${reasonText(reasons)}`;
    case "blocked":
      return failure
        ? `cannot be built: ${failureSentence(failure)}`.replaceAll("\n", " ")
        : "cannot be built";
  }
}
