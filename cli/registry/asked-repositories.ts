import { join } from "node:path";
import { type ImageReference, parseImageReference } from "../../core/image/reference.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { type VariableValues, variablesIn } from "../../core/lab/manifest-variables.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { parseReferenceOrFail, pathOf, registryOf } from "../../engine/registry/registry-host.ts";
import { LabReader } from "../lab-of.ts";

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
  | {
      readonly kind: "below";
      readonly registry: string;
      /** Ends with a slash, or is empty. */
      readonly prefix: string;
      readonly known: readonly string[];
    };

/** A word that ends with a slash, or is a host alone, is a place in a registry; any other is an image. */
const hostAlone = /^(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?$/;

/** @throws {EngineFailure} `request`, where it names nothing that a registry has */
export function askedRepositories(
  word: string | undefined,
  start: string,
  variables: VariableValues,
): Asked[] {
  if (word === undefined)
    return ofLab(new LabReader(start, variables, new Set()).lab(join(start, "Dockerfile")));
  if (word.endsWith("/") || hostAlone.test(word)) {
    const place = word.replace(/\/*$/, "/");
    const slash = place.indexOf("/");
    // With an image in it, it has to be a name that registries take.
    parseReferenceOrFail(`${place}x`);
    return [{ kind: "below", registry: place.slice(0, slash), prefix: place.slice(slash + 1), known: [] }];
  }
  const reference = parseReferenceOrFail(word);
  const tag = reference.digest ?? reference.tag;
  return [{ kind: "repository", registry: registryOf(reference), path: pathOf(reference), tag }];
}

/** The places of a lab's images: its registry, and those of names that its build script gives. */
function ofLab(lab: Lab): Asked[] {
  const { registry } = lab.values;
  const references = lab.imageNames.flatMap((name) => parsedName(lab.referenceOf(name)) ?? []);
  const places = new Map<string, { registry: string; prefix: string; known: Set<string> }>();
  const place = (host: string, prefix: string) => {
    const key = `${host}/${prefix}`;
    const found = places.get(key) ?? { registry: host, prefix, known: new Set<string>() };
    places.set(key, found);
    return found;
  };
  if (registry !== undefined) {
    const below = parsedName(`${registry.replace(/\/+$/, "")}/x`);
    if (below) place(registryOf(below), pathOf(below).slice(0, -1));
  }
  for (const reference of references) {
    const path = pathOf(reference);
    place(registryOf(reference), path.slice(0, path.lastIndexOf("/") + 1)).known.add(path);
  }
  if (places.size > 0)
    return [...places.values()].map(({ known, ...others }) => ({
      kind: "below",
      ...others,
      known: [...known],
    }));
  throw new EngineFailure({
    cause: "request",
    what: "no lab here says what its registry is",
    next: 'Name an image (lab-images registry ls registry/path/name), or write "registry" into lab-images.json',
  });
}

/** A name that says its registry; what a lab leaves to be said names nothing. */
function parsedName(text: string): ImageReference | undefined {
  if (text.includes("${user}"))
    throw new EngineFailure({
      cause: "request",
      what: `the lab's images are named after you (${text}), and who you are is not known here`,
      next: "Set LAB_IMAGES_USER to your name in the lab",
    });
  const [unset] = variablesIn(text);
  if (unset !== undefined)
    throw new EngineFailure({
      cause: "request",
      what: `the lab's images are named after the environment variable ${unset.slice("env:".length)} (${text}), which is not set`,
      next: "Set it, or name an image (lab-images registry ls registry/path/name)",
    });
  const reference = parseImageReference(text);
  return reference?.registry === undefined ? undefined : reference;
}
