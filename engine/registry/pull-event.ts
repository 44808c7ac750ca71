import type { FailureDetails } from "../failure.ts";
import type { RetryEvent } from "./push-event.ts";

/** What happens in a pull, in order; the last one, and only that, is `finished`. */
export type PullEvent =
  | {
      readonly kind: "layer";
      /** The layer's short id as the daemon gives it. */
      readonly id: string;
      /** `exists`: the daemon had it; `retrying`: the daemon waits before it fetches the layer again. */
      readonly state:
        | "waiting"
        | "downloading"
        | "verifying"
        | "downloaded"
        | "extracting"
        | "pulled"
        | "exists"
        | "retrying";
      /** Bytes, while it is downloaded or extracted. */
      readonly current: number | undefined;
      readonly total: number | undefined;
    }
  | RetryEvent
  | { readonly kind: "finished"; readonly outcome: PullOutcome };

export type PullOutcome =
  | {
      readonly ok: true;
      readonly reference: string;
      /** `sha256:…` of what the registry has under this name. */
      readonly digest: string;
      /** False where the daemon had the image already. */
      readonly isNew: boolean;
      readonly duration: number;
    }
  | ({ readonly ok: false; readonly duration: number } & FailureDetails);
