import type { LabValues } from "../../../core/lab/lab-image.ts";
import { readManifest } from "../../../core/lab/manifest.ts";
import { presets } from "../../../core/lab/presets.ts";

/** The values of the preset of this name; none where there is no such preset. */
export function presetValues(name: string): LabValues {
  return readManifest(JSON.stringify(presets.get(name)?.manifest ?? {}), name).values;
}
