import type { ImageGraph } from "../../core/lab/image-graph.ts";
import type { Lab } from "../../core/lab/lab.ts";
import type { Manifest } from "../../core/lab/manifest.ts";
import type { Rule, RuleReport } from "../rules/rule.ts";

/** What a rule for manifests is given. */
export interface ManifestUnderCheck {
  readonly manifest: Manifest;
  /** The lab as this text of the manifest has it. */
  readonly lab: Lab;
  readonly graph: ImageGraph;
  /** Every code that a lab may give a severity. */
  readonly codes: readonly string[];
}

/** A convention for `lab-images.json`; in all but what it checks like one for Dockerfiles. */
export interface ManifestRule
  extends Pick<Rule, "code" | "severity" | "summary" | "why" | "examples" | "fine"> {
  /** Pure: the same manifest in the same folder gives the same reports. */
  check(manifest: ManifestUnderCheck): Iterable<RuleReport>;
}
