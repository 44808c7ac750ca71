import { placeholderIn } from "../../core/image/name-fault.ts";
import { type ImageReference, parseImageReference } from "../../core/image/reference.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { variablesIn, withAnyValues } from "../../core/lab/manifest-variables.ts";
import { EngineFailure } from "../failure.ts";
import { pathOf, registryOf } from "./registry-host.ts";

/** A path in a registry below which a lab's images lie. */
export interface RegistryPlace {
  readonly registry: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  /** The repositories that the lab knows to be its own, as paths in the registry. */
  readonly known: readonly string[];
}

/** A lab's images are named after the user, who is not known. */
export class UserUnknown extends EngineFailure {}

/**
 * Where a lab's images lie: its registry, and those of names that its build script gives. None where the lab says
 * nothing of one.
 *
 * @throws {UserUnknown}, {EngineFailure} `request` where they are named after another variable that is not set
 */
export function labPlaces(lab: Lab): RegistryPlace[] {
  const { registry } = lab.values;
  const places = new Map<string, { registry: string; prefix: string; known: Set<string> }>();
  const place = (host: string, prefix: string) => {
    const key = `${host}/${prefix}`;
    const found = places.get(key) ?? { registry: host, prefix, known: new Set<string>() };
    places.set(key, found);
    return found;
  };
  if (registry !== undefined) {
    const below = parsedName(`${registry.replace(/(?<!\/)\/+$/, "")}/x`);
    if (below) place(registryOf(below), pathOf(below).slice(0, -1));
  }
  for (const name of lab.imageNames) {
    const reference = parsedName(lab.referenceOf(name));
    if (!reference) continue;
    const path = pathOf(reference);
    place(registryOf(reference), path.slice(0, path.lastIndexOf("/") + 1)).known.add(path);
  }
  return [...places.values()].map(({ known, ...others }) => ({ ...others, known: [...known] }));
}

/** The registries that a lab's images are pushed to, its own first; also where it is not known who the user is. */
export function labRegistries(lab: Lab): string[] {
  const names = [`${lab.values.registry ?? ""}/x`, ...lab.imageNames.map((name) => lab.referenceOf(name))];
  // Whoever it is, the host is the same.
  const references = names.flatMap((name) => parseImageReference(withAnyValues(name)) ?? []);
  return [
    ...new Set(
      references.filter(({ registry }) => registry !== undefined).map((reference) => registryOf(reference)),
    ),
  ];
}

/** A name that says its registry; what a lab leaves to be said names nothing. */
function parsedName(text: string): ImageReference | undefined {
  if (text.includes("${user}"))
    throw new UserUnknown({
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
  // Nobody's images lie under a guide's placeholder.
  if (!reference || placeholderIn(reference.name) !== undefined) return undefined;
  return reference.registry === undefined ? undefined : reference;
}

/** The port of the registry on the host's own loopback that a lab pushes to; undefined where it pushes elsewhere. */
export function loopbackPort(lab: Lab): number | undefined {
  const ports = labRegistries(lab).flatMap(
    (each) => /^(?:localhost|127\.0\.0\.1):(\d+)$/.exec(each)?.[1] ?? [],
  );
  return ports[0] === undefined ? undefined : Number(ports[0]);
}
