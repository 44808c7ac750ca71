import type { Lab } from "../../core/lab/lab.ts";
import { type GraphImage, type LabGraph, labGraph } from "../../core/lab/lab-graph.ts";
import { placeWithoutDockerfile } from "../../core/lab/missing-dockerfile.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import type { BuildRequest } from "../build/build-request.ts";
import { textOfDockerfile } from "../build/dockerfile-text.ts";
import { type AskedOfBuild, labRequest } from "../build/lab-request.ts";
import { EngineFailure, type FailureDetails } from "../failure.ts";

/** Texts of an editor's documents that are not what is on disk, by absolute path. */
export type UnsavedTexts = ReadonlyMap<string, string>;

/** An image of the lab as it would be built. */
export interface LabImageBuild {
  readonly name: string;
  /** The images of the lab that it builds on. */
  readonly bases: readonly string[];
  readonly request: BuildRequest;
  /** The Dockerfile's text. */
  readonly text: string;
  /** Whether a base of the lab has triggers (ONBUILD) that copy from its context what this Dockerfile does not name. */
  readonly isTriggered: boolean;
}

/** An image of the lab that cannot be built, and why. */
export interface BlockedImage {
  readonly name: string;
  readonly reference: string;
  readonly failure: FailureDetails;
}

/** The images of a lab with their builds, each behind its bases; those that cannot be built at the end. */
export class LabBuilds {
  readonly graph: LabGraph;
  /** Names in the order of building. */
  readonly order: readonly string[];
  readonly #images: ReadonlyMap<string, GraphImage>;
  readonly #lab: Lab;
  readonly #unsaved: UnsavedTexts;

  constructor(lab: Lab, unsaved: UnsavedTexts = new Map()) {
    this.#lab = lab;
    this.#unsaved = unsaved;
    this.graph = labGraph(lab);
    this.#images = new Map(this.graph.images.map((image) => [image.name, image]));
    this.order = this.withBases([...this.graph.order, ...this.#images.keys()]);
  }

  /**
   * The image of this name.
   * @throws {EngineFailure} `request` where there is none, with the nearest name
   */
  image(name: string): GraphImage {
    const image = this.#images.get(name);
    if (image) return image;
    const names = [...this.#images.keys()];
    const near = nearestWord(name, names);
    const list = names.length === 0 ? "none" : names.join(", ");
    throw new EngineFailure({
      cause: "request",
      what: `there is no image ${name} in the lab at ${this.#lab.root}`,
      next: near === undefined ? `Name one that is there: ${list}` : `Did you mean ${near}?`,
    });
  }

  /**
   * The images of these names and all that they build on, each once and behind its bases.
   * @throws {EngineFailure} `request` where there is none of a name
   */
  withBases(names: Iterable<string>): string[] {
    const seen = new Set<string>();
    const order: string[] = [];
    const add = (name: string) => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const base of this.image(name).bases) add(base);
      order.push(name);
    };
    for (const name of names) add(name);
    return order;
  }

  /** How an image is built; what is asked for wins over what the lab says. */
  async build(name: string, asked: AskedOfBuild = {}): Promise<LabImageBuild | BlockedImage> {
    const { reference, dockerfile, bases, missingBases } = this.image(name);
    const blocked = (what: string, next: string): BlockedImage => ({
      name,
      reference,
      failure: { cause: "request", what, next },
    });
    if (dockerfile === undefined)
      return this.#lab.isLocked(name)
        ? blocked(`the folder of ${name} may not be read`, "Let it be read, or take the image out")
        : blocked(
            `there is no Dockerfile ${placeWithoutDockerfile(this.#lab, name)}`,
            "Make one, or take the image out",
          );
    const cycle = this.graph.cycles.find((each) => each.includes(name));
    if (cycle)
      return blocked(`${name} builds on itself (${cycle.join(" → ")})`, "Give one of them another base");
    const [missing] = missingBases;
    if (missing !== undefined) {
      const near = nearestWord(missing, [...this.#images.keys()]);
      return blocked(
        `${name} builds on \${image:${missing}}, and there is no image ${missing} in this lab`,
        near === undefined ? "Name an image that is there" : `Write \${image:${near}}`,
      );
    }
    try {
      const unsaved = this.#unsaved.get(dockerfile);
      const given = unsaved === undefined ? asked : { ...asked, dockerfileText: unsaved };
      const request = labRequest(dockerfile, this.#lab.buildOf(dockerfile), given);
      const isTriggered = bases.some((base) => this.#hasTriggers(dockerfile, base));
      return { name, bases, text: await textOfDockerfile(request), request, isTriggered };
    } catch (error) {
      if (error instanceof EngineFailure) return { name, reference, failure: error.details };
      throw error;
    }
  }

  #hasTriggers(dockerfile: string, base: string): boolean {
    const found = this.#lab.image(dockerfile).workspaceBase(this.#lab.referenceOf(base));
    return !!found?.dockerfile.instructions.some(
      ({ kind, onbuild }) => onbuild && (kind === "COPY" || kind === "ADD"),
    );
  }
}
