import { readFileSync } from "node:fs";
import type { BuildStep } from "../../engine/build/build-event.ts";
import type { ImageOutcome, LabBuildEvent, PlannedImage } from "../../engine/lab/lab-build-event.ts";
import { isThere, type PushLayer } from "../../engine/progress/layer-state.ts";
import { isFinal } from "../../engine/progress/step-state.ts";
import type { PushEvent } from "../../engine/registry/push-event.ts";

/**
 * Where an image of a run is. `waiting` has its turn still to come, `current` was up to date and is left as it is, `skipped`
 * was not begun, because its base came to nothing or all was cancelled.
 */
export type ImageRunState =
  | "waiting"
  | "building"
  | "pushing"
  | "built"
  | "pushed"
  | "current"
  | "failed"
  | "push-failed"
  | "cancelled"
  | "skipped";

/** How many of something are done. */
export interface Count {
  readonly done: number;
  readonly total: number;
}

/** One image of a run: what is done, and what came of it. */
export class ImageRun {
  readonly image: PlannedImage;
  /** The Dockerfile's text that is built; undefined before its turn, and where the file cannot be read. */
  text: string | undefined;
  /** Whether `text` is an editor's that was not saved. */
  readonly unsaved: boolean;
  /** Milliseconds since 1970, by this machine's clock. */
  started: number | undefined;
  ended: number | undefined;
  outcome: ImageOutcome | undefined;
  readonly #unsavedText: string | undefined;
  readonly #steps = new Map<string, BuildStep>();
  /** Since when steps are at work, by this machine's clock: the daemon's may be another. */
  readonly #workingSince = new Map<string, number>();
  /** The layers of each reference that is or was pushed, by their ids. */
  readonly #pushes = new Map<string, Map<string, PushLayer>>();

  /** @param unsavedText the editor's text, where that is what is built */
  constructor(image: PlannedImage, unsavedText: string | undefined) {
    this.image = image;
    this.unsaved = unsavedText !== undefined;
    this.#unsavedText = unsavedText;
  }

  get state(): ImageRunState {
    const { outcome } = this;
    if (!outcome) {
      if (this.started === undefined) return "waiting";
      return this.#pushes.size > 0 ? "pushing" : "building";
    }
    switch (outcome.kind) {
      case "built":
        return outcome.digests.length > 0 ? "pushed" : "built";
      case "build-failed":
        return outcome.failure.cause === "cancelled" ? "cancelled" : "failed";
      case "push-failed":
        return outcome.failure.cause === "cancelled" ? "cancelled" : "push-failed";
      default:
        return outcome.kind;
    }
  }

  /** Whether it is built in its run, and not only pushed or left as it is. */
  get isBuilt(): boolean {
    return this.image.reasons.length > 0;
  }

  /** Under way now. */
  get isWorking(): boolean {
    return this.started !== undefined && this.outcome === undefined;
  }

  /** In the order in which the daemon named them. */
  get steps(): readonly BuildStep[] {
    return [...this.#steps.values()];
  }

  /** The step that works; the last of several. */
  get step(): BuildStep | undefined {
    return this.steps.findLast(({ state }) => state === "running");
  }

  /** Steps that have ended, of those that are known so far. */
  get stepCount(): Count {
    const { steps } = this;
    return { done: steps.filter(({ state }) => isFinal(state)).length, total: steps.length };
  }

  /** Milliseconds that a step has worked until `now` (milliseconds since 1970). */
  workedOf({ id, worked }: BuildStep, now: number): number {
    return worked + now - (this.#workingSince.get(id) ?? now);
  }

  /** The reference that is pushed, or was last. */
  get pushed(): string | undefined {
    return [...this.#pushes.keys()].at(-1);
  }

  /** The layers of the reference that is pushed. */
  get layers(): readonly PushLayer[] {
    return [...(this.#pushes.get(this.pushed ?? "")?.values() ?? [])];
  }

  /** Layers that the registry has, of those that are known so far. */
  get layerCount(): Count {
    const { layers } = this;
    return { done: layers.filter(({ state }) => isThere(state)).length, total: layers.length };
  }

  /** Takes what is said of this image; whether anything but amounts and output changed. */
  take(event: LabBuildEvent, now: number): boolean {
    switch (event.kind) {
      case "image-started":
        this.started = now;
        this.text = this.#unsavedText ?? textOf(this.image.dockerfile);
        return true;
      case "image-finished":
        this.ended = now;
        this.outcome = event.outcome;
        return true;
      case "build":
        if (event.event.kind !== "step") return false;
        this.#takeStep(event.event.step, now);
        return true;
      case "push":
        return this.#takePush(event.reference, event.event);
      default:
        return false;
    }
  }

  #takeStep(step: BuildStep, now: number): void {
    if (step.state !== "running") this.#workingSince.delete(step.id);
    else if (!this.#workingSince.has(step.id)) this.#workingSince.set(step.id, now);
    this.#steps.set(step.id, step);
  }

  #takePush(reference: string, event: PushEvent): boolean {
    const known = this.#pushes.get(reference);
    const layers = known ?? new Map<string, PushLayer>();
    if (!known) this.#pushes.set(reference, layers);
    if (event.kind !== "layer") return true;
    const before = layers.get(event.id)?.state;
    layers.set(event.id, event);
    return before !== event.state;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The build says why it cannot be read.
    return undefined;
  }
}
