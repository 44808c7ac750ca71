import type { Connection } from "../connection/connection.ts";
import { daemonAnswer, noSuchImage } from "../images/daemon-answer.ts";

/** One entry of an image's history: what a builder wrote down of an instruction. */
export interface HistoryEntry {
  /** What made it, in the builder's own form; empty where it wrote nothing. */
  readonly createdBy: string;
  /** Bytes that its layer adds, unpacked; 0 where it only changes the configuration. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** `buildkit.dockerfile.v0`, `Imported from -`, `FROM docker.io/library/debian:12`; often empty. */
  readonly comment: string;
  /** Names of the image that ends here; of those below the last only where the classic builder made them on this host. */
  readonly tags: readonly string[];
}

/** As Docker's API has it (`image.HistoryResponseItem`), the newest first. Ids are `<missing>` for what was not built here. */
interface HistoryItem {
  readonly Created?: number;
  readonly CreatedBy?: string;
  readonly Size?: number;
  readonly Comment?: string;
  readonly Tags?: readonly string[] | null;
}

/**
 * The history of an image, by its name or its id, the oldest entry first: that of its base, then one for each of its own
 * instructions. Empty for an image whose builder wrote none.
 *
 * @throws {EngineFailure} `request` where there is no such image
 */
export async function imageHistory(connection: Connection, image: string): Promise<readonly HistoryEntry[]> {
  // The types have the answer as anything.
  const items: readonly HistoryItem[] | Buffer | null = await daemonAnswer(
    connection,
    `cannot read the history of ${image} on ${connection.host.name}`,
    () => connection.docker.getImage(image).history(),
    noSuchImage,
  );
  // With containerd's image store it is `null` where there is none, which the client hands on as bytes.
  return (Buffer.isBuffer(items) ? [] : (items ?? []))
    .toReversed()
    .map(({ Created = 0, CreatedBy = "", Size = 0, Comment = "", Tags }) => ({
      createdBy: CreatedBy,
      size: Size,
      created: Created * 1000,
      comment: Comment,
      tags: Tags ?? [],
    }));
}
