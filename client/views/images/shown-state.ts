import type { FailureDetails } from "../../../engine/failure.ts";
import type { ImageState } from "../../../engine/lab/image-states.ts";
import type { BuildReason } from "../../../engine/lab/lab-build-event.ts";
import type { BuildRecord } from "../../builds/build-results.ts";
import type { Count, ImageRun } from "../../builds/image-run.ts";

/** What is shown of an image: what is done to it in this window, else how it stands on its host. */
export type ShownState =
  | { readonly kind: "unknown" | "not-built" | "current" | "pushed" | "waiting" }
  | { readonly kind: "stale"; readonly reasons: readonly BuildReason[] }
  | { readonly kind: "building"; readonly count: Count; readonly step: string | undefined }
  | { readonly kind: "pushing"; readonly count: Count }
  | { readonly kind: "blocked" | "failed" | "push-failed"; readonly failure: FailureDetails };

/**
 * What to show of an image.
 *
 * @param state how it stands on its host, where that is known
 * @param last the last run of this window that came to it, on that host, or what is kept of an earlier window's
 */
export function shownState(
  state: ImageState | undefined,
  last: ImageRun | BuildRecord | undefined,
): ShownState {
  const doing = last && "outcome" in last ? doneNow(last) : undefined;
  if (doing) return doing;
  const end = last && ("outcome" in last ? last.state : last.end);
  const failure = last && ("outcome" in last ? failureOf(last) : last.failure);
  // What failed has been put right where the image is up to date, or in its registry, all the same.
  if (end === "failed" && failure && state?.state !== "current") return { kind: "failed", failure };
  if (end === "push-failed" && failure && !state?.pushed) return { kind: "push-failed", failure };
  if (!state) return { kind: end === "built" || end === "pushed" ? doneKind(end) : "unknown" };
  if (state.state === "stale") return { kind: "stale", reasons: state.reasons };
  if (state.state === "blocked")
    return state.failure ? { kind: "blocked", failure: state.failure } : { kind: "unknown" };
  return { kind: state.state === "current" && state.pushed ? "pushed" : state.state };
}

function failureOf({ outcome }: ImageRun): FailureDetails | undefined {
  return outcome && "failure" in outcome ? outcome.failure : undefined;
}

function doneNow(run: ImageRun): ShownState | undefined {
  switch (run.state) {
    case "waiting":
      return { kind: "waiting" };
    case "building":
      return { kind: "building", count: run.stepCount, step: run.step?.name };
    case "pushing":
      return { kind: "pushing", count: run.layerCount };
    default:
      return undefined;
  }
}

function doneKind(state: "built" | "pushed"): "current" | "pushed" {
  return state === "built" ? "current" : "pushed";
}
