import type { BuildScript } from "../../core/lab/build-script.ts";
import type { LabValues } from "../../core/lab/lab-image.ts";
import type { Rule, RuleReport } from "../rules/rule.ts";

/** What a rule for build scripts is given: one script, and what its lab sets. */
export interface ScriptUnderCheck {
  readonly script: BuildScript;
  readonly values: LabValues;
}

/** A convention for shell build scripts; in all but what it checks like one for Dockerfiles. */
export interface ScriptRule
  extends Pick<Rule, "code" | "severity" | "summary" | "why" | "examples" | "exampleLab" | "fine"> {
  /** Pure: the same script gives the same reports, in the document's order. */
  check(script: ScriptUnderCheck): Iterable<RuleReport>;
}
