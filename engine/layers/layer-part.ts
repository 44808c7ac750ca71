import type { Instruction } from "../../core/dockerfile/instruction.ts";
import type { LineRange } from "../build/build-event.ts";
import { linesOf } from "../build/step-lines.ts";
import type { LayerSource } from "./layer-source.ts";
import { isStep, madeBy, squeezed } from "./made-by.ts";
import type { RecordedImage } from "./recorded-image.ts";
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

/** An image of the chain, with its Dockerfile where a lab has that. */
export interface ChainImage {
  readonly image: RecordedImage;
  readonly name: string;
  readonly source: LayerSource | undefined;
}

/**
 * What this image of the chain adds.
 *
 * @param below how many entries of its history are its base's
 * @param triggers what its base has images run that are built on it (ONBUILD)
 */
export function partOf(
  { image, name, source }: ChainImage,
  below: number,
  triggers: readonly string[] = [],
): LayerPart {
  const recorded = image.instructions.slice(below);
  const makers = source && madeBy(recorded, source);
  const triggered = new Set(triggers.map(squeezed));
  const layers = image.history.slice(below).flatMap(({ size, created, comment }, index): Layer[] => {
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
