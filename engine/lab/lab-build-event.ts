import type { BuildEvent, BuildFailure, BuildResult } from "../build/build-event.ts";
import type { FailureDetails } from "../failure.ts";
import type { PushEvent } from "../registry/push-event.ts";

/**
 * Why an image is built: the host has none, or a part of what it was built of is another now. `unknown`: it was built by
 * other means (docker build), so that nobody can tell. `asked`: it is built also where it is up to date.
 */
export type BuildReason = "not-built" | "dockerfile" | "files" | "arguments" | "base" | "unknown" | "asked";

/** One image of the plan, behind its bases. */
export interface PlannedImage {
  /** Its name in the lab. */
  readonly name: string;
  /** The reference that it gets, with registry and tag. */
  readonly reference: string;
  /** Absolute path of its Dockerfile. */
  readonly dockerfile: string;
  /** The images of the lab that it builds on. */
  readonly bases: readonly string[];
  /** Empty where it is up to date and is left as it is. */
  readonly reasons: readonly BuildReason[];
}

/** What came of one image of the plan. */
export type ImageOutcome =
  /** On the host, and pushed under each digest (`sha256:…`) that is named; none where nothing was to be pushed. */
  | { readonly kind: "built"; readonly result: BuildResult; readonly digests: readonly string[] }
  /** It was up to date and was left as it is. */
  | { readonly kind: "current" }
  /** It was up to date, and was only pushed: its repository had not got it from this host. */
  | { readonly kind: "pushed"; readonly digests: readonly string[] }
  | { readonly kind: "build-failed"; readonly failure: BuildFailure }
  /** It is built, or was up to date (no `result`), and could not be pushed. */
  | {
      readonly kind: "push-failed";
      readonly result: BuildResult | undefined;
      readonly failure: FailureDetails;
    }
  /** Not begun: its base `base` came to nothing, or all was cancelled before its turn. */
  | { readonly kind: "skipped"; readonly base: string | undefined };

/**
 * What happens while images of a lab are built in their order, plain values all. `planned` is first, `finished` last, each
 * once; ahead of both is `blocked`, for each image that was asked for and cannot be built. Images that do not build on each
 * other may be under way at the same time.
 */
export type LabBuildEvent =
  /** It is no part of the plan, and has no outcome. */
  | { readonly kind: "blocked"; readonly image: string; readonly failure: FailureDetails }
  | { readonly kind: "planned"; readonly images: readonly PlannedImage[] }
  | { readonly kind: "image-started"; readonly image: string }
  | { readonly kind: "build"; readonly image: string; readonly event: BuildEvent }
  /** A push of the image under `reference`. */
  | { readonly kind: "push"; readonly image: string; readonly reference: string; readonly event: PushEvent }
  | { readonly kind: "image-finished"; readonly image: string; readonly outcome: ImageOutcome }
  | { readonly kind: "finished"; readonly outcomes: ReadonlyMap<string, ImageOutcome> };
