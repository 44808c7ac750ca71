import epflCvlab from "./presets/epfl-cvlab.json" with { type: "json" };
import generic from "./presets/generic.json" with { type: "json" };

/** A manifest that ships with the extension. */
export interface Preset {
  /** What it is for, in a line. */
  readonly summary: string;
  /** What it says, as `lab-images.json` would. */
  readonly manifest: object;
}

/** By the name that `extends` calls them by. */
export const presets: ReadonlyMap<string, Preset> = new Map([
  [
    "generic",
    { summary: "what holds for the GPU nodes of most labs: linux/amd64, times in UTC", manifest: generic },
  ],
  [
    "epfl-cvlab",
    { summary: "the registry, storage, mirror, GPUs and jobs of EPFL's CVLab", manifest: epflCvlab },
  ],
]);

/** The preset of the lab that pushes there: one with `registry` (variables as they are written) as its own. */
export function presetWithRegistry(registry: string): string | undefined {
  return [...presets].find(
    ([, { manifest }]) => "registry" in manifest && manifest.registry === registry,
  )?.[0];
}
