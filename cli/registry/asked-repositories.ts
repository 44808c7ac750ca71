import type { Lab } from "../../core/lab/lab.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { labPlaces, type RegistryPlace } from "../../engine/registry/lab-places.ts";
import { parseReferenceOrFail, pathOf, registryOf } from "../../engine/registry/registry-host.ts";
import { labHere, tellProblems } from "../lab-here.ts";
import type { Terminal } from "../terminal.ts";

/** What `registry ls` is asked for. */
export type Asked =
  /** One repository, or one of its tags. */
  | {
      readonly kind: "repository";
      readonly registry: string;
      readonly path: string;
      readonly tag: string | undefined;
    }
  /** All that a registry has under a path, and what a lab knows to be there. */
  | ({ readonly kind: "below" } & RegistryPlace);

/** A word that ends with a slash, or is a host alone, is a place in a registry; any other is an image. */
const hostAlone = /^(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?$/;

/**
 * What a word names; without one, what there is of the lab's images.
 *
 * @throws {EngineFailure} `request`, where it names nothing that a registry has
 */
export function askedRepositories(word: string | undefined, terminal: Pick<Terminal, "err">): Asked[] {
  if (word === undefined) {
    const { lab, problems } = labHere();
    tellProblems(problems, terminal);
    return ofLab(lab);
  }
  if (word.endsWith("/") || hostAlone.test(word)) {
    const place = word.replace(/\/*$/, "/");
    const slash = place.indexOf("/");
    // With an image in it, it has to be a name that registries take, and to begin with one.
    if (parseReferenceOrFail(`${place}x`).registry === undefined)
      throw new EngineFailure({
        cause: "request",
        what: `"${word}" names no registry`,
        next: `Name it first: docker.io/${place}, or ghcr.io/${place}`,
      });
    return [{ kind: "below", registry: place.slice(0, slash), prefix: place.slice(slash + 1), known: [] }];
  }
  const reference = parseReferenceOrFail(word);
  const tag = reference.digest ?? reference.tag;
  return [{ kind: "repository", registry: registryOf(reference), path: pathOf(reference), tag }];
}

function ofLab(lab: Lab): Asked[] {
  const places = labPlaces(lab);
  if (places.length > 0) return places.map((place) => ({ kind: "below", ...place }));
  throw new EngineFailure({
    cause: "request",
    what: "no lab here says what its registry is",
    next: 'Name an image (lab-images registry ls registry/path/name), or write "registry" into lab-images.json',
  });
}
