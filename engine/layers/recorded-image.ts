import type { Connection } from "../connection/connection.ts";
import { type ImageDetails, inspectImage } from "../images/inspect-image.ts";
import { type HistoryEntry, imageHistory } from "./image-history.ts";
import { type RecordedInstruction, recordedInstructions } from "./recorded-instructions.ts";

/** An image of a daemon's with what was written down of its making. */
export interface RecordedImage {
  readonly details: ImageDetails;
  /** The oldest first. */
  readonly history: readonly HistoryEntry[];
  /** What each entry of the history says. */
  readonly instructions: readonly (RecordedInstruction | undefined)[];
}

/**
 * Asks a daemon for an image, by its name or its id.
 * @throws {EngineFailure} `request` where there is none
 */
export async function recordedImage(connection: Connection, image: string): Promise<RecordedImage> {
  return withHistory(connection, await inspectImage(connection, image));
}

/** @throws {EngineFailure} */
export async function withHistory(connection: Connection, details: ImageDetails): Promise<RecordedImage> {
  const history = await imageHistory(connection, details.id);
  return { details, history, instructions: recordedInstructions(history.map(({ createdBy }) => createdBy)) };
}

/** What is known of an image that this one was built on by the first entries of its history: not what its labels say. */
export function firstEntries(
  { details, history, instructions }: RecordedImage,
  count: number,
): RecordedImage {
  return {
    details: { ...details, labels: {}, triggers: [] },
    history: history.slice(0, count),
    instructions: instructions.slice(0, count),
  };
}
