import { readFile } from "node:fs/promises";
import { EngineFailure } from "../failure.ts";
import type { BuildRequest } from "./build-request.ts";

/**
 * The text that is built: the one that is given, else the file's.
 * @throws {EngineFailure} `request` where the file cannot be read
 */
export async function textOfDockerfile({
  dockerfile,
  dockerfileText,
}: Pick<BuildRequest, "dockerfile" | "dockerfileText">): Promise<string> {
  if (dockerfileText !== undefined) return dockerfileText;
  try {
    return await readFile(dockerfile, "utf8");
  } catch (error) {
    throw new EngineFailure({
      cause: "request",
      what: `cannot read the Dockerfile ${dockerfile}`,
      said: error instanceof Error ? error.message : String(error),
      next: "Name another one, or put it there",
    });
  }
}
