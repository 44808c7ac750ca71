import type { FailureDetails } from "../failure.ts";

/** What happens in a push, in order; the last one, and only that, is `finished`. */
export type PushEvent =
  | {
      readonly kind: "layer";
      /** The layer's short id as the daemon gives it. */
      readonly id: string;
      /**
       * `exists`: the registry had it in this repository; `mounted`: it took it over from `from`; `retrying`: the daemon
       * waits before it sends the layer again.
       */
      readonly state: "preparing" | "waiting" | "pushing" | "pushed" | "exists" | "mounted" | "retrying";
      /** Bytes, while it is pushed. */
      readonly current: number | undefined;
      readonly total: number | undefined;
      /** The repository that a mounted layer comes from. */
      readonly from: string | undefined;
    }
  | RetryEvent
  | { readonly kind: "finished"; readonly outcome: PushOutcome };

/** It is begun once more, as what went wrong may pass; layers that arrived are not sent again. */
export interface RetryEvent {
  readonly kind: "retry";
  /** Milliseconds until then. */
  readonly delay: number;
  /** What went wrong, as it was said. */
  readonly because: string;
}

export type PushOutcome =
  | {
      readonly ok: true;
      /** As it was pushed, with its tag. */
      readonly reference: string;
      /** `sha256:…` of the manifest in the registry. */
      readonly digest: string;
      /** Bytes of the manifest. */
      readonly size: number;
      readonly duration: number;
    }
  | ({ readonly ok: false; readonly duration: number } & FailureDetails);
