import type { Connection } from "../connection/connection.ts";
import { parseReferenceOrFail } from "../registry/registry-host.ts";
import { daemonAnswer, noSuchImage } from "./daemon-answer.ts";

/**
 * Gives an image, by its name or its id, one more name; `latest` where that has no tag. An image that had the name loses
 * it.
 *
 * @throws {EngineFailure} `request` where there is no such image, or the name is none
 */
export async function tagImage(connection: Connection, image: string, reference: string): Promise<void> {
  const { name, tag = "latest" } = parseReferenceOrFail(reference);
  await daemonAnswer(
    connection,
    `cannot tag ${image} as ${reference}`,
    () => connection.docker.getImage(image).tag({ repo: name, tag }),
    noSuchImage,
  );
}
