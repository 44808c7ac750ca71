import { join } from "node:path";
import type { Instruction } from "../../core/dockerfile/instruction.ts";
import type { Lab } from "../../core/lab/lab.ts";
import type { LineRange } from "../build/build-event.ts";
import { linesOf } from "../build/step-lines.ts";
import type { Connection } from "../connection/connection.ts";
import { labelNames } from "../images/label-names.ts";
import type { UnsavedTexts } from "../lab/lab-builds.ts";
import { baseOnHost, remarkedBase } from "./image-base.ts";
import { type LayerSource, layerSource } from "./layer-source.ts";
import { isStep, madeBy, squeezed, stepsOf } from "./made-by.ts";
import { type RecordedImage, recordedImage } from "./recorded-image.ts";
import { instructionText } from "./recorded-instructions.ts";

/** A layer of an image. */
export interface Layer {
  /** Bytes that it adds, unpacked. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /**
   * As a Dockerfile has it, or in the words of a builder of another kind; undefined where nothing was written down. Of a
   * layer that a builder made of several instructions, the last of them.
   */
  readonly instruction: string | undefined;
  /** Whether it is of several instructions: those before it have none of their own. */
  readonly isSquashed: boolean;
  /** Where the instruction stands in the part's Dockerfile; undefined where it does not stand there as it was built. */
  readonly lines: LineRange | undefined;
}

/** What one image of a chain adds to the one that it builds on. */
export interface LayerPart {
  /** The image's name; the first digits of its id where it has none. */
  readonly image: string;
  /** Absolute path, where the image is a lab's. */
  readonly dockerfile: string | undefined;
  readonly size: number;
  /** Those that add bytes, the lowest first. */
  readonly layers: readonly Layer[];
}

/** What made an image as large as it is. */
export interface ImageLayers {
  readonly image: string;
  /** Of its configuration; of its manifest with containerd's image store. */
  readonly id: string;
  /** Bytes of all its layers, unpacked. */
  readonly size: number;
  /** How many there are, those that add no bytes included. */
  readonly count: number;
  /** The lowest base first, the image itself last. */
  readonly parts: readonly LayerPart[];
  /** A base that the first part's layers cannot be told from: it is not on the host. */
  readonly missingBase: string | undefined;
}

/** What is known of an image besides what its host has. */
export interface LayerLook {
  /** The lab whose Dockerfiles made it, or its bases. */
  readonly lab?: Lab | undefined;
  /** Absolute path of the Dockerfile that the lab builds it of; without it, that of the image's name. */
  readonly dockerfile?: string | undefined;
  /** What an editor has not saved: lines are those of these texts. */
  readonly unsaved?: UnsavedTexts | undefined;
}

/**
 * The layers of an image on a host, by its name or its id, each with what made it, and by the image of its chain of bases that
 * it came with.
 *
 * @throws {EngineFailure} `request` where there is no such image
 */
export async function imageLayers(
  connection: Connection,
  image: string,
  look: LayerLook = {},
): Promise<ImageLayers> {
  const recorded = await recordedImage(connection, image);
  const { details, history } = recorded;
  const { lab } = look;
  const source =
    lab && look.dockerfile !== undefined
      ? layerSource(lab, look.dockerfile, look.unsaved)
      : sourceOf(image, undefined, look);
  const { parts, missingBase } = await chainOf(connection, { image: recorded, name: image, source }, look);
  const known = history.reduce((sum, { size }) => sum + size, 0);
  // Of layers without an entry only the sum is known.
  const size = history.length < details.layers.length ? Math.max(known, details.size) : known;
  return { image, id: details.id, size, count: details.layers.length, parts, missingBase };
}

/** An image of the chain, with its Dockerfile where a lab has that. */
interface ChainImage {
  readonly image: RecordedImage;
  readonly name: string;
  readonly source: LayerSource | undefined;
}

type Chain = Pick<ImageLayers, "parts" | "missingBase">;

async function chainOf(connection: Connection, link: ChainImage, look: LayerLook): Promise<Chain> {
  const { image, name, source } = link;
  const end = image.history.length;
  const base = await baseOnHost(connection, image, source);
  if (base) {
    const below = { ...base, source: sourceOf(base.name, source, look) };
    const { parts, missingBase } = await chainOf(connection, below, look);
    const own = partOf(link, base.image.history.length, end, base.image.details.triggers);
    return { parts: [...parts, own], missingBase };
  }
  const found = remarkedBase(image) ?? baseByDockerfile(link);
  if (found) {
    const below = { image, name: found.name, source: sourceOf(found.name, source, look) };
    const parts = [partOf(below, 0, found.entries), partOf(link, found.entries, end)];
    return { parts, missingBase: undefined };
  }
  const missingBase = source?.base ?? image.details.labels[labelNames.baseName];
  return {
    parts: [partOf({ image, name, source }, 0, end)],
    missingBase: missingBase === "scratch" || missingBase === "" ? undefined : missingBase,
  };
}

/** The Dockerfile of the lab's that builds what another one of its calls `name`. */
function sourceOf(
  name: string,
  caller: Pick<LayerSource, "path"> | undefined,
  { lab, unsaved }: LayerLook,
): LayerSource | undefined {
  if (!lab) return undefined;
  const path = lab.image(caller?.path ?? join(lab.root, "Dockerfile")).dockerfileOf(name);
  return path === undefined ? undefined : layerSource(lab, path, unsaved);
}

/**
 * Where the history of a base ends that is not on the host: ahead of what the Dockerfile's first step made, where all steps
 * from there on are the Dockerfile's.
 */
function baseByDockerfile({ image, source }: ChainImage): { name: string; entries: number } | undefined {
  if (source?.base === undefined || source.base === "scratch") return undefined;
  const own = stepsOf(source).length;
  if (own === 0) return { name: source.base, entries: image.history.length };
  const makers = madeBy(image.instructions, source);
  const entries = makers.findIndex((maker) => maker !== undefined);
  const isWhole =
    makers.filter((maker) => maker !== undefined).length === own &&
    image.instructions.slice(entries).filter(isStep).length === own;
  return isWhole ? { name: source.base, entries } : undefined;
}

/** The entries `[start, end)` of the history, as what this image of the chain adds. */
function partOf(
  { image, name, source }: ChainImage,
  start: number,
  end: number,
  triggers: readonly string[] = [],
): LayerPart {
  const recorded = image.instructions.slice(start, end);
  const makers = source && madeBy(recorded, source);
  const triggered = new Set(triggers.map(squeezed));
  const layers = image.history.slice(start, end).flatMap(({ size, created, comment }, index): Layer[] => {
    if (size === 0) return [];
    const entry = recorded[index];
    const text = entry && instructionText(entry);
    // What a base has its children run: it is FROM that brings it.
    const isTriggered = text !== undefined && triggered.has(squeezed(text));
    const own = makers?.[index];
    const maker = own ?? (isTriggered ? source?.instructions[0] : undefined);
    return [
      {
        size,
        created,
        // Of its own it changes the configuration and adds nothing.
        isSquashed: entry?.keyword !== undefined && !isStep(entry),
        instruction: own ? writtenText(own, source!.dockerfile.text) : (text ?? (comment || undefined)),
        lines: maker && linesOf(source!.dockerfile, maker.span),
      },
    ];
  });
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  return { image: name, dockerfile: source?.path, size, layers };
}

/** With its flags, which builders leave out; lines joined as the builder joins them. */
function writtenText({ keyword, body, heredocs }: Instruction, text: string): string {
  const [first, last] = [heredocs[0], heredocs.at(-1)];
  const lines = first && last ? `\n${text.slice(first.body.start, last.closing?.end ?? last.body.end)}` : "";
  return `${keyword} ${body.text.trim()}${lines}`;
}
