import type { LabBuildEvent } from "../lab/lab-build-event.ts";
import { printable } from "./cells.ts";
import { PlainProgress } from "./plain-progress.ts";
import type { ProgressOutput } from "./progress.ts";
import { PlainPushProgress } from "./push-progress.ts";

/** An image that is under way. */
interface Work {
  readonly build: PlainProgress;
  readonly writePush: (text: string) => void;
  push: PlainPushProgress | undefined;
}

/**
 * The builds of a lab as lines that go on below each other. Where several images are built each line begins with its image's
 * name, and where the lab has several each of a push: those of images that are left as they are go on side by side.
 */
export class PlainLabProgress {
  readonly #output: ProgressOutput;
  readonly #work = new Map<string, Work>();
  readonly #now: () => number;
  #builds = 0;
  #images = 0;

  constructor(output: ProgressOutput, now: () => number = Date.now) {
    this.#output = output;
    this.#now = now;
  }

  show(event: LabBuildEvent): void {
    switch (event.kind) {
      case "planned":
        this.#builds = event.images.filter(({ reasons }) => reasons.length > 0).length;
        this.#images = event.images.length;
        break;
      case "image-started":
        this.#begin(event.image);
        break;
      case "build":
        this.#work.get(event.image)?.build.show(event.event);
        break;
      case "push": {
        const work = this.#work.get(event.image);
        if (!work) break;
        work.push ??= new PlainPushProgress(work.writePush, event.reference);
        work.push.show(event.event);
        if (event.event.kind === "finished") work.push = undefined;
        break;
      }
      case "image-finished":
        this.#work.get(event.image)?.build.end();
        this.#work.delete(event.image);
        break;
    }
  }

  note(line: string): void {
    this.#output.write(`${line}\n`);
  }

  end(): void {
    for (const { build } of this.#work.values()) build.end();
    this.#work.clear();
  }

  #begin(image: string): void {
    const prefix = `${printable(image)} | `;
    const writeNamed = (text: string) => this.#output.write(text.replace(/^(?=.)/gm, () => prefix));
    const write = (text: string) => this.#output.write(text);
    const build = new PlainProgress(
      { write: this.#builds > 1 ? writeNamed : write, colour: this.#output.colour },
      this.#now,
    );
    this.#work.set(image, { build, writePush: this.#images > 1 ? writeNamed : write, push: undefined });
  }
}
