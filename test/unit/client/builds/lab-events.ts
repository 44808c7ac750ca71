import type { BuildEvent, BuildFailure, BuildResult } from "../../../../engine/build/build-event.ts";
import type { Host } from "../../../../engine/connection/host.ts";
import type { ImageOutcome, LabBuildEvent, PlannedImage } from "../../../../engine/lab/lab-build-event.ts";
import type { PushEvent } from "../../../../engine/registry/push-event.ts";

export const host: Host = { url: "ssh://ada@node", name: "ada@node", source: "setting" };

export function planned(name: string, bases: readonly string[] = []): PlannedImage {
  const reference = `registry.lab/ada/${name}:v1`;
  return { name, reference, dockerfile: `/lab/${name}/Dockerfile`, bases, reasons: ["asked"] };
}

export function inBuild(image: string, event: BuildEvent): LabBuildEvent {
  return { kind: "build", image, event };
}

export function inPush(image: string, event: PushEvent): LabBuildEvent {
  return { kind: "push", image, reference: planned(image).reference, event };
}

/** What the daemon says of a layer. */
export function layer(
  id: string,
  state: Extract<PushEvent, { kind: "layer" }>["state"],
  more: { readonly current?: number; readonly total?: number; readonly from?: string } = {},
): PushEvent {
  return { kind: "layer", id, state, current: undefined, total: undefined, from: undefined, ...more };
}

export const result: BuildResult = {
  ok: true,
  image: "sha256:1",
  tags: ["registry.lab/ada/base:v1"],
  size: 1_000_000,
  steps: [],
  duration: 1000,
  replaced: undefined,
};

export const failure: BuildFailure = {
  ok: false,
  cause: "dockerfile",
  what: "“RUN exit 3” ended with exit code 3 (Dockerfile line 3)",
  steps: [],
  lines: { start: 3, end: 3 },
  step: "b",
  exitCode: 3,
  output: ["far"],
  duration: 1000,
};

export function finished(image: string, outcome: ImageOutcome): LabBuildEvent {
  return { kind: "image-finished", image, outcome };
}

/** Events that a test gives one by one. */
export class Channel implements AsyncIterable<LabBuildEvent> {
  #controller: ReadableStreamDefaultController<LabBuildEvent> | undefined;
  readonly #events = new ReadableStream<LabBuildEvent>({
    start: (controller) => {
      this.#controller = controller;
    },
  });

  /** Resolves once they are taken: no taker waits for anything but them. */
  async give(...events: readonly LabBuildEvent[]): Promise<void> {
    for (const event of events) this.#controller?.enqueue(event);
    await new Promise((resolve) => setImmediate(resolve));
  }

  break(error: Error): void {
    this.#controller?.error(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<LabBuildEvent> {
    return this.#events[Symbol.asyncIterator]();
  }
}
