import type { FailureDetails } from "../../../engine/failure.ts";
import type { ImageState } from "../../../engine/lab/image-states.ts";
import type { BuildReason } from "../../../engine/lab/lab-build-event.ts";
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
 * @param run the last run of this window that came to it, on that host
 */
export function shownState(state: ImageState | undefined, run: ImageRun | undefined): ShownState {
  const doing = run && doneNow(run);
  if (doing) return doing;
  const outcome = run?.outcome;
  // What failed has been put right where the image is up to date, or in its registry, all the same.
  if (outcome?.kind === "build-failed" && outcome.failure.cause !== "cancelled" && state?.state !== "current")
    return { kind: "failed", failure: outcome.failure };
  if (outcome?.kind === "push-failed" && outcome.failure.cause !== "cancelled" && !state?.pushed)
    return { kind: "push-failed", failure: outcome.failure };
  if (!state)
    return { kind: run?.state === "built" || run?.state === "pushed" ? doneKind(run.state) : "unknown" };
  if (state.state === "stale") return { kind: "stale", reasons: state.reasons };
  if (state.state === "blocked")
    return state.failure ? { kind: "blocked", failure: state.failure } : { kind: "unknown" };
  return { kind: state.state === "current" && state.pushed ? "pushed" : state.state };
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
