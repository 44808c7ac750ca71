import type { Lab } from "../../core/lab/lab.ts";
import type { Host } from "../../engine/connection/host.ts";
import { labPlaces, type RegistryPlace } from "../../engine/registry/lab-places.ts";
import { isLoopback } from "../../engine/registry/registry-host.ts";
import { isOfHost } from "../../engine/registry/way-to-registry.ts";

/** A registry as the host of a lab means it. */
export interface AskedRegistry {
  readonly registry: string;
  /** The lab's folder, which says what the host is. */
  readonly root: string;
  /** The machine whose own registry it is, `localhost:5000` there; undefined where it is asked from here by its name. */
  readonly host: Pick<Host, "url" | "name"> | undefined;
}

/** A path in a registry below which images of labs lie. */
export interface WorkspacePlace extends RegistryPlace, AskedRegistry {}

/** Where the images of the workspace's labs lie. */
export interface WorkspacePlaces {
  /** One of each place, with what all labs know to be there. */
  readonly places: readonly WorkspacePlace[];
  /** Of labs of which it is not known: {@link UserUnknown}, an environment variable that is not set, no host. */
  readonly failures: readonly unknown[];
}

/**
 * Where labs' images lie. What one of them does not say hides nothing of the others.
 *
 * @param hostOf the host of the lab in a folder; only asked for a registry on its loopback
 */
export async function workspacePlaces(
  labs: readonly Lab[],
  hostOf: (root: string) => Promise<Host>,
): Promise<WorkspacePlaces> {
  const found = new Map<string, WorkspacePlace>();
  const failures: unknown[] = [];
  for (const lab of labs) {
    const { root } = lab;
    const { places, failure } = placesOf(lab);
    if (failure !== undefined) failures.push(failure);
    for (const place of places) {
      let host: AskedRegistry["host"];
      try {
        if (isLoopback(place.registry)) host = ownerOf(place.registry, await hostOf(root));
      } catch (failure) {
        failures.push(failure);
        continue;
      }
      const key = `${place.registry}/${place.prefix} ${host?.url ?? ""}`;
      const before = found.get(key);
      const known = [...new Set([...(before?.known ?? []), ...place.known])];
      found.set(key, before ? { ...before, known } : { ...place, root, host });
    }
  }
  return { places: [...found.values()], failures };
}

/** Where a lab's images lie; none, and why, where that is not known. */
export function placesOf(lab: Lab): {
  readonly places: readonly RegistryPlace[];
  readonly failure?: unknown;
} {
  try {
    return { places: labPlaces(lab) };
  } catch (failure) {
    return { places: [], failure };
  }
}

function ownerOf(registry: string, host: Host): AskedRegistry["host"] {
  return isOfHost(registry, host) ? { url: host.url, name: host.name } : undefined;
}
