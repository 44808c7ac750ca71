/** What a daemon says of a build, whichever of its builders says it and on whichever of its APIs. */
export type BuildMessage =
  /** Progress of BuildKit: a `moby.buildkit.v1.StatusResponse` as it came. */
  | { readonly kind: "status"; readonly status: Uint8Array }
  /** A line of the classic builder, which speaks in text: `Step 1/3 : FROM …`, and what commands print. */
  | { readonly kind: "text"; readonly text: string }
  /** A layer that the classic builder pulls. */
  | {
      readonly kind: "pull";
      readonly layer: string;
      /** `Downloading`, `Pull complete`. */
      readonly state: string;
      /** Bytes. */
      readonly current: number | undefined;
      readonly total: number | undefined;
    }
  /** The image is made: `sha256:…`. */
  | { readonly kind: "image"; readonly id: string }
  /** The build failed, in the daemon's words; nothing but `status` follows. */
  | { readonly kind: "error"; readonly message: string; readonly code: number | undefined };
