import type { FailureDetails } from "../failure.ts";

/** Lines of a Dockerfile, both inclusive and counted from 1, as BuildKit counts. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** Where a step is in its life. BuildKit may take a `done` step up again (a base is looked up, then pulled). */
export type StepState = "waiting" | "running" | "cached" | "done" | "failed" | "cancelled";

/** One vertex of the build: an instruction, a load, a pull, the export. */
export interface BuildStep {
  /** Stable within one build. */
  readonly id: string;
  /** As BuildKit names it: `[base 2/5] RUN apt-get update`, `[internal] load build context`. */
  readonly name: string;
  /** The instruction's lines in the Dockerfile that is built; undefined for a step that no instruction makes. */
  readonly lines: LineRange | undefined;
  /** The stage's name or number as BuildKit writes it; undefined where there is but one. */
  readonly stage: string | undefined;
  readonly state: StepState;
  /** Milliseconds since 1970, by the daemon's clock; the first start and the last end, as a step may be taken up again. */
  readonly started: number | undefined;
  readonly ended: number | undefined;
  /** Milliseconds that it worked, pauses between left out; of a running step up to its last pause. */
  readonly worked: number;
  /** Why it failed, as the daemon says it. */
  readonly error: string | undefined;
}

/**
 * What happens in a build, in order. Every event is a plain value that JSON can hold: `--progress json` prints one a
 * line. The last one, and only that, is `finished`.
 */
export type BuildEvent =
  /** A step is new, or its state changed. */
  | { readonly kind: "step"; readonly step: BuildStep }
  /** Output of a step's command, as it came: any number of lines or a part of one, ANSI codes kept. */
  | {
      readonly kind: "output";
      readonly step: string;
      readonly stream: "stdout" | "stderr";
      /** Milliseconds since 1970. */
      readonly time: number;
      readonly text: string;
    }
  /** Bytes moved by a step: a layer that is pulled, files that are sent, a layer that is exported. */
  | {
      readonly kind: "progress";
      readonly step: string;
      /** Unique within the step: `sha256:…`, `transferring context:`, `exporting layers`. */
      readonly item: string;
      /** Bytes. */
      readonly current: number;
      /** Bytes; undefined where not known. */
      readonly total: number | undefined;
      /** Milliseconds since 1970, by the daemon's clock. */
      readonly started: number | undefined;
      readonly time: number;
      readonly done: boolean;
    }
  | {
      readonly kind: "warning";
      /** The step that it is about, where there is one. */
      readonly step: string | undefined;
      readonly message: string;
      readonly details: string | undefined;
      readonly url: string | undefined;
      readonly lines: LineRange | undefined;
    }
  | { readonly kind: "finished"; readonly outcome: BuildOutcome };

/** What a build came to. */
export type BuildOutcome = BuildResult | BuildFailure;

export interface BuildResult {
  readonly ok: true;
  /** The image's id, `sha256:…`: the digest of its configuration; of its manifest with containerd's image store. */
  readonly image: string;
  readonly tags: readonly string[];
  /** Bytes of all layers, unpacked, base included. */
  readonly size: number;
  readonly steps: readonly BuildStep[];
  /** Milliseconds, by this machine's clock. */
  readonly duration: number;
  /** The image that had the first tag before and has no name now, if any: `sha256:…`. */
  readonly replaced: string | undefined;
}

export interface BuildFailure extends FailureDetails {
  readonly ok: false;
  readonly steps: readonly BuildStep[];
  /** The failing instruction; undefined where no instruction is at fault. */
  readonly lines: LineRange | undefined;
  /** The failing step's id. */
  readonly step: string | undefined;
  /** Of the command that failed. */
  readonly exitCode: number | undefined;
  /** The last lines that the failing step printed, ANSI codes stripped. */
  readonly output: readonly string[];
  readonly duration: number;
}
