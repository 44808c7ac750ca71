import type { BuildScript } from "../../core/lab/build-script.ts";
import type { LabValues } from "../../core/lab/lab-image.ts";
import type { ManifestProblem } from "../../core/lab/manifest-text.ts";
import type { Rule, RuleReport } from "../rules/rule.ts";

/** What a rule for build scripts is given: one script, and what its lab sets. */
export interface ScriptUnderCheck {
  readonly script: BuildScript;
  readonly values: LabValues;
  /** What it does, and the builds that the lab takes from it do not; in its order. */
  readonly lost: readonly ManifestProblem[];
}

/** A convention for shell build scripts; in all but what it checks like one for Dockerfiles. */
export interface ScriptRule
  extends Pick<Rule, "code" | "severity" | "summary" | "why" | "examples" | "exampleLab" | "fine"> {
  /** Pure: the same script gives the same reports, in the document's order. */
  check(script: ScriptUnderCheck): Iterable<RuleReport>;
}
