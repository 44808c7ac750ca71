import { createHash } from "node:crypto";
import type { HostUrl } from "../../engine/connection/host.ts";
import type { Disposable } from "../emitter.ts";
import type { BuildRuns } from "./build-runs.ts";
import type { ImageRun, ImageRunState } from "./image-run.ts";
import type { Memory } from "./memory.ts";
import { clipped, type PlacedFailure } from "./placed-failure.ts";

/** How a build ended. */
export type BuildEnd = Extract<ImageRunState, "built" | "pushed" | "failed" | "push-failed" | "cancelled">;

/** What came last of an image on a host; a plain value that JSON can hold. */
export interface BuildRecord {
  /** Absolute path. */
  readonly dockerfile: string;
  readonly host: HostUrl;
  readonly reference: string;
  readonly end: BuildEnd;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `sha256:…` in the registry, of what was last pushed. */
  readonly digest?: string;
  readonly failure?: PlacedFailure;
  /** SHA-256 of the Dockerfile's text that was built. */
  readonly text?: string;
}

const memoryKey = "labImages.builds";
/** Those that ended longest ago are forgotten. */
const mostRecords = 100;

/** What came last of each image on each host, kept with the workspace beyond the window's life. */
export class BuildResults implements Disposable {
  readonly #memory: Memory;
  readonly #records: Map<string, BuildRecord>;
  readonly #listener: Disposable;

  constructor(memory: Memory, runs: BuildRuns) {
    this.#memory = memory;
    const kept = memory.get(memoryKey);
    const records = Array.isArray(kept) ? kept.filter(isRecord) : [];
    this.#records = new Map(records.map((record) => [keyOf(record), record]));
    this.#listener = runs.onDidChange(({ run, image }) => {
      const record = image && recordOf(image, run.request.host.url);
      if (record) this.#keep(record);
    });
  }

  /** What came last of the image of a Dockerfile on a host. */
  of(dockerfile: string, host: HostUrl): BuildRecord | undefined {
    return this.#records.get(keyOf({ dockerfile, host }));
  }

  /** What came last of each Dockerfile, on whichever host that was. */
  latest(): BuildRecord[] {
    const latest = new Map<string, BuildRecord>();
    // They are in the order of their ends.
    for (const record of this.#records.values()) latest.set(record.dockerfile, record);
    return [...latest.values()];
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #keep(record: BuildRecord): void {
    const key = keyOf(record);
    const before = this.#records.get(key);
    const isKnown = record.digest === undefined && before?.reference === record.reference;
    this.#records.delete(key);
    this.#records.set(key, isKnown && before.digest ? { ...record, digest: before.digest } : record);
    for (const [oldest] of this.#records)
      if (this.#records.size > mostRecords) this.#records.delete(oldest);
      else break;
    void this.#memory.update(memoryKey, [...this.#records.values()]);
  }
}

/** What a record knows a text by. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function keyOf({ dockerfile, host }: Pick<BuildRecord, "dockerfile" | "host">): string {
  return `${host}\n${dockerfile}`;
}

function recordOf({ image, state, outcome, ended, text }: ImageRun, host: HostUrl): BuildRecord | undefined {
  if (!outcome || ended === undefined || !isEnd(state)) return undefined;
  const digest = "digests" in outcome ? outcome.digests[0] : undefined;
  const failure = "failure" in outcome ? clipped(outcome.failure) : undefined;
  return {
    dockerfile: image.dockerfile,
    host,
    reference: image.reference,
    end: state,
    at: ended,
    ...(digest === undefined ? {} : { digest }),
    ...(failure === undefined ? {} : { failure }),
    ...(text === undefined ? {} : { text: textDigest(text) }),
  };
}

function isEnd(state: ImageRunState): state is BuildEnd {
  return ["built", "pushed", "failed", "push-failed", "cancelled"].includes(state);
}

/** Of another version of this extension may be anything. */
function isRecord(value: unknown): value is BuildRecord {
  const { dockerfile, host, end, at } = (value ?? {}) as Partial<BuildRecord>;
  return (
    typeof dockerfile === "string" &&
    typeof host === "string" &&
    typeof at === "number" &&
    typeof end === "string"
  );
}
