import { Emitter, type Event } from "../emitter.ts";
import { BuildRun, type RunRequest, type RunSource } from "./build-run.ts";
import type { ImageRun } from "./image-run.ts";

/** An image's state in a run has changed; without an image, the run's own. */
export interface RunChange {
  readonly run: BuildRun;
  readonly image: ImageRun | undefined;
}

/** An image of a run, and the run. */
export interface ImageOfRun {
  readonly run: BuildRun;
  readonly image: ImageRun;
}

/** All builds of this window. Knows nothing of VS Code; views, decorations and terminals listen to it. */
export class BuildRuns {
  readonly #started = new Emitter<BuildRun>();
  readonly #changed = new Emitter<RunChange>();
  readonly #ended = new Emitter<BuildRun>();
  readonly #running = new Set<BuildRun>();
  #last: BuildRun | undefined;
  /** The last run that came to an image, by its Dockerfile's path and the host's URL, in their order. */
  readonly #latest = new Map<string, ImageOfRun>();
  readonly onDidStart: Event<BuildRun> = this.#started.event;
  /** Steps, states and outcomes; neither output nor amounts. The last change of a run comes ahead of its end. */
  readonly onDidChange: Event<RunChange> = this.#changed.event;
  readonly onDidEnd: Event<BuildRun> = this.#ended.event;

  /** Those under way, in the order of their beginning. */
  get running(): readonly BuildRun[] {
    return [...this.#running];
  }

  /** The one that began last, under way or not. */
  get last(): BuildRun | undefined {
    return this.#last;
  }

  /** Those under way on the host of this URL. */
  runningOn(url: string): readonly BuildRun[] {
    return this.running.filter(({ request }) => request.host.url === url);
  }

  /** The image of the Dockerfile at `path` in the run of this window that came to it last on the host of this URL. */
  latest(path: string, url: string): ImageOfRun | undefined {
    return this.#latest.get(keyOf(path, url));
  }

  /** The run of this window that came last to the image of the Dockerfile at `path`, on whichever host. */
  lastOf(path: string): BuildRun | undefined {
    return [...this.#latest.values()].findLast(({ image }) => image.image.dockerfile === path)?.run;
  }

  start(request: RunRequest, source: RunSource): BuildRun {
    const run = new BuildRun(request, source);
    this.#running.add(run);
    this.#last = run;
    run.onDidChange((image) => {
      // One that is left as it is has nothing to say that its last build did not.
      if (image?.started !== undefined) this.#keep({ run, image });
      this.#changed.fire({ run, image });
      if (run.isRunning || !this.#running.delete(run)) return;
      this.#ended.fire(run);
    });
    this.#started.fire(run);
    return run;
  }

  #keep(latest: ImageOfRun): void {
    const key = keyOf(latest.image.image.dockerfile, latest.run.request.host.url);
    // Anew at the end: what was kept last stands last.
    if (this.#latest.get(key)?.run !== latest.run) this.#latest.delete(key);
    this.#latest.set(key, latest);
  }

  /** Ends all that is under way. */
  cancelAll(): void {
    for (const run of this.running) run.cancel();
  }
}

function keyOf(path: string, url: string): string {
  return `${url}\n${path}`;
}
