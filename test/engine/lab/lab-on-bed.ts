import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { diskFiles } from "../../../core/lab/files.ts";
import { Lab } from "../../../core/lab/lab.ts";
import type { Connection } from "../../../engine/connection/connection.ts";
import { buildLab, type LabBuildOptions } from "../../../engine/lab/build-lab.ts";
import { type ImageState, imageStates } from "../../../engine/lab/image-states.ts";
import type { ImageOutcome, LabBuildEvent } from "../../../engine/lab/lab-build-event.ts";
import { type LabPlanOptions, planLab } from "../../../engine/lab/plan-lab.ts";
import { noCredentials } from "../../../engine/registry/credentials.ts";

/** What a build of a lab told. */
export interface ToldLabBuild {
  readonly events: readonly LabBuildEvent[];
  /** What came of each image, in a word: `built`, `current`, `skipped because of base`. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly results: ReadonlyMap<string, ImageOutcome>;
}

/** A lab in a folder of its own, whose images nobody else on the bed's daemon has. */
export class LabOnBed {
  readonly root = mkdtempSync(join(tmpdir(), "lab-on-bed-"));
  readonly registry: string;
  readonly #connection: Connection;

  constructor(connection: Connection, files: Readonly<Record<string, string>>, registry = "") {
    this.#connection = connection;
    const own = `order-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
    this.registry = registry === "" ? own : `${registry}/${own}`;
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text.replaceAll("REGISTRY", this.registry));
  }

  /** The lab as it is on disk now. */
  get lab(): Lab {
    return new Lab(this.root, diskFiles);
  }

  reference(name: string): string {
    return this.lab.referenceOf(name);
  }

  /** How each image stands, in a word, with the reasons behind it: `stale: files, base`. */
  async states(): Promise<Record<string, string>> {
    const states = await imageStates(this.lab, this.#connection);
    return Object.fromEntries(states.map((each) => [each.name, stateText(each)]));
  }

  async state(name: string): Promise<ImageState> {
    const found = (await imageStates(this.lab, this.#connection)).find((each) => each.name === name);
    if (!found) throw new Error(`there is no image ${name}`);
    return found;
  }

  /** Plans and builds. */
  async build(
    names: readonly string[] | "all",
    options: LabPlanOptions & Partial<LabBuildOptions> & { seen?: (event: LabBuildEvent) => void } = {},
  ): Promise<ToldLabBuild> {
    const plan = await planLab(this.lab, this.#connection, names, options);
    const events: LabBuildEvent[] = [];
    for await (const event of buildLab(this.#connection, plan, { credentials: noCredentials, ...options })) {
      events.push(event);
      options.seen?.(event);
    }
    const last = events.at(-1);
    if (last?.kind !== "finished") throw new Error(`the last event is ${last?.kind}`);
    const outcomes = Object.fromEntries([...last.outcomes].map(([name, each]) => [name, outcomeText(each)]));
    return { events, outcomes, results: last.outcomes };
  }

  /** The id of an image on the host. */
  async id(name: string): Promise<string> {
    return (await this.#connection.docker.getImage(this.reference(name)).inspect()).Id;
  }

  async labels(name: string): Promise<Readonly<Record<string, string>>> {
    return (await this.#connection.docker.getImage(this.reference(name)).inspect()).Config.Labels ?? {};
  }

  /** Removes the folder and the lab's images. */
  async remove(): Promise<void> {
    for (const { image, reference } of (await imageStates(this.lab, this.#connection)).toReversed())
      if (image) await this.#connection.docker.getImage(reference).remove({ force: true });
    rmSync(this.root, { recursive: true, force: true });
  }
}

function stateText({ state, reasons }: ImageState): string {
  return reasons.length === 0 ? state : `${state}: ${reasons.join(", ")}`;
}

function outcomeText(outcome: ImageOutcome): string {
  if (outcome.kind === "skipped" && outcome.base !== undefined) return `skipped because of ${outcome.base}`;
  return outcome.kind;
}
