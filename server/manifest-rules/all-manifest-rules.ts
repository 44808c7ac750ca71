import { manifestImageCycle } from "./image-cycle.ts";
import { manifestImageName } from "./image-name.ts";
import { knownRulesOnly } from "./known-rules.ts";
import type { ManifestRule } from "./manifest-rule.ts";
import { unreadableValue } from "./unreadable-value.ts";

/** Every rule for `lab-images.json`, in the order of the conventions. */
export const allManifestRules: readonly ManifestRule[] = [
  manifestImageName,
  manifestImageCycle,
  unreadableValue,
  knownRulesOnly,
];
