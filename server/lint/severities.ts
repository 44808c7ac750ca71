import type { Manifest } from "../../core/lab/manifest.ts";
import type { Severity } from "../rules/rule.ts";

/** Which severity each rule has; a rule that is "off" does not run. */
export type SeverityOverrides = ReadonlyMap<string, Severity | "off">;

/** The words that a lab may write for a severity. */
export const severities: ReadonlySet<string> = new Set(["error", "warning", "info", "hint", "off"]);

/** The severities that a lab's manifest gives rules; words that are none are left out. */
export function severityOverrides(manifest: Manifest | undefined): SeverityOverrides {
  const overrides = new Map<string, Severity | "off">();
  for (const [code, severity] of manifest?.rules ?? [])
    if (isSeverity(severity)) overrides.set(code, severity);
  return overrides;
}

function isSeverity(word: string): word is Severity | "off" {
  return severities.has(word);
}
