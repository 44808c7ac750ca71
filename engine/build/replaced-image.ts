import type { Connection } from "../connection/connection.ts";
import { findImage } from "../images/inspect-image.ts";

/**
 * `before` where the build of `after` took its last name away; undefined where it keeps one, is gone or is the same.
 * @throws {EngineFailure}
 */
export async function replacedImage(
  connection: Connection,
  before: string | undefined,
  after: string,
): Promise<string | undefined> {
  if (before === undefined || before === after) return undefined;
  const image = await findImage(connection, before);
  return image?.names.length === 0 ? before : undefined;
}
