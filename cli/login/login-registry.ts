import { labRegistries } from "../../engine/registry/lab-places.ts";
import { dockerHub, parseReferenceOrFail, registryOfKey } from "../../engine/registry/registry-host.ts";
import { labHere } from "../lab-here.ts";

/**
 * The registry that a word of the command line names, `docker login`'s spellings with a scheme or a path included; without
 * a word that of the lab in the current folder, else Docker Hub, as docker has it.
 *
 * @throws {EngineFailure} `request` for what is no host
 */
export function loginRegistry(word: string | undefined): string {
  if (word !== undefined) {
    const host = registryOfKey(word);
    parseReferenceOrFail(`${host}/x`);
    return host;
  }
  return labRegistries(labHere())[0] ?? dockerHub;
}
