import type { BuildFailure } from "../../engine/build/build-event.ts";
import type { Host } from "../../engine/connection/host.ts";
import { detailsOf, type FailureDetails } from "../../engine/failure.ts";
import type { ImageOutcome, LabBuildEvent } from "../../engine/lab/lab-build-event.ts";
import { Emitter, type Event } from "../emitter.ts";
import { ImageRun } from "./image-run.ts";
import { failureOf } from "./outcome-of-image.ts";

/** How a build is asked for. */
export interface BuildWish {
  readonly pushes: boolean;
  readonly noCache?: boolean | undefined;
  /** Another host than the workspace's: a URL, or the name of a docker context. */
  readonly host?: string | undefined;
}

/** What asks for the same again; a value that JSON can hold. */
export interface RunAgain {
  /** `image` builds that of a Dockerfile, `push` pushes it as it is on the host, `stale` builds what is stale of a lab. */
  readonly kind: "image" | "push" | "stale";
  /** Absolute path of the Dockerfile, or of the lab's folder. */
  readonly path: string;
  readonly wish: BuildWish;
}

/** What was asked for with one press of Build. */
export interface RunRequest {
  /** What is built, for titles: an image's reference, `all stale images`. */
  readonly title: string;
  readonly host: Host;
  readonly pushes: boolean;
  /** Nothing is built: what is on the host is pushed. */
  readonly pushesOnly?: boolean;
  /** Absolute paths of the Dockerfiles that were asked for; their bases are not among them. */
  readonly asked: readonly string[];
  /** Texts of editors that are not saved, of Dockerfiles that are built and of their lab's other files, by their paths. */
  readonly unsaved: ReadonlyMap<string, string>;
  /** What the lab's build script or bake file does and this run does not, each a sentence. */
  readonly lost?: readonly string[];
  readonly again: RunAgain;
}

/** Gives what happens; ends the work when the signal is aborted. */
export type RunSource = (signal: AbortSignal) => AsyncIterable<LabBuildEvent>;

/** One press of Build: its images in their order, how far each is, and the way to end it. Knows nothing of VS Code. */
export class BuildRun {
  readonly request: RunRequest;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** What comes of each image, by its name. Rejects with the reason where the run could not begin. */
  readonly result: Promise<ReadonlyMap<string, ImageOutcome>>;
  readonly #now: () => number;
  readonly #abort = new AbortController();
  readonly #changed = new Emitter<ImageRun | undefined>();
  readonly #took = new Emitter<LabBuildEvent>();
  readonly #blocked = new Map<string, FailureDetails>();
  #images: readonly ImageRun[] = [];
  #ended = false;
  #failure: unknown;

  /** State, step or outcome of an image has changed, or (undefined) of the run itself. */
  readonly onDidChange: Event<ImageRun | undefined> = this.#changed.event;
  /** Every event, as it came: also output and amounts. */
  readonly onDidTake: Event<LabBuildEvent> = this.#took.event;

  constructor(request: RunRequest, source: RunSource, now: () => number = Date.now) {
    this.request = request;
    this.#now = now;
    this.started = now();
    // One turn later: who starts a run can listen to all of it.
    this.result = Promise.resolve().then(() => this.#follow(source));
    // Whoever waits for it is told; without anyone it is no unhandled rejection.
    this.result.catch(() => {});
  }

  /** In their order, bases first; empty until the host has said what is stale. */
  get images(): readonly ImageRun[] {
    return this.#images;
  }

  /** Images that were asked for and cannot be built, by name, and why; they have no outcome. */
  get blocked(): ReadonlyMap<string, FailureDetails> {
    return this.#blocked;
  }

  get isRunning(): boolean {
    return !this.#ended;
  }

  /** Why it could not begin, or broke off in a way that is no image's outcome; undefined where it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether the end was asked for; the daemon may still be at it. */
  get isCancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Ends the work in the daemon. */
  cancel(): void {
    if (this.#ended || this.isCancelled) return;
    this.#abort.abort();
    this.#changed.fire(undefined);
  }

  /** The Dockerfiles that are still to be built, or are being built. */
  get held(): readonly string[] {
    if (this.#ended) return [];
    if (this.#images.length === 0) return this.request.asked;
    return this.#images.flatMap(({ image, outcome }) => (outcome === undefined ? image.dockerfile : []));
  }

  /** Whether the Dockerfile at `path` is one of them. */
  holds(path: string): boolean {
    return this.held.includes(path);
  }

  async #follow(source: RunSource): Promise<ReadonlyMap<string, ImageOutcome>> {
    try {
      for await (const event of source(this.#abort.signal)) {
        this.#take(event);
        if (event.kind === "finished") return event.outcomes;
      }
      throw new Error("the build has no outcome");
    } catch (error) {
      this.#failure = error;
      throw error;
    } finally {
      this.#endBegun();
      this.#ended = true;
      this.#changed.fire(undefined);
    }
  }

  /** An image that was begun, and of which no event says what came of it: its run broke off, or was cancelled. */
  #endBegun(): void {
    for (const image of this.#images)
      if (image.isWorking) {
        const failure = brokenOff(this.#failure);
        const outcome: ImageOutcome = image.isBuilt
          ? { kind: "build-failed", failure }
          : { kind: "push-failed", result: undefined, failure };
        image.take({ kind: "image-finished", image: image.image.name, outcome }, this.#now());
        this.#changed.fire(image);
      }
  }

  #take(event: LabBuildEvent): void {
    if (event.kind === "blocked") this.#blocked.set(event.image, event.failure);
    if (event.kind === "planned")
      this.#images = event.images.map(
        (image) => new ImageRun(image, this.request.unsaved.get(image.dockerfile)),
      );
    const name = "image" in event ? event.image : undefined;
    const image = this.#images.find((each) => each.image.name === name);
    const changed = image?.take(event, this.#now()) ?? event.kind === "planned";
    this.#took.fire(event);
    if (changed) this.#changed.fire(image);
  }
}

function brokenOff(error: unknown): BuildFailure {
  if (error === undefined) return failureOf({ cause: "cancelled", what: "the build was cancelled" });
  return failureOf(detailsOf(error));
}
