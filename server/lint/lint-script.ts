import type { Comment } from "../../core/dockerfile/scan.ts";
import { LineIndex, lineEndOf, type Span } from "../../core/dockerfile/span.ts";
import type { BuildScript } from "../../core/lab/build-script.ts";
import type { LabValues } from "../../core/lab/lab-image.ts";
import type { Finding } from "../rules/rule.ts";
import { allScriptRules } from "../script-rules/all-script-rules.ts";
import type { ScriptRule, ScriptUnderCheck } from "../script-rules/script-rule.ts";
import { collectFindings } from "./lint.ts";
import type { SeverityOverrides } from "./severities.ts";
import { applySuppressions, type SuppressibleText } from "./suppressions.ts";

/** How a script is linted, where that differs from the usual. */
export interface ScriptLintOptions {
  readonly rules?: readonly ScriptRule[];
  readonly overrides?: SeverityOverrides;
  /** What the script does, and the builds that its lab takes from it do not. */
  readonly lost?: ScriptUnderCheck["lost"];
}

/** Every finding of a build script in the text's order. */
export function lintScript(
  script: BuildScript,
  values: LabValues,
  { rules = allScriptRules, overrides = new Map(), lost = [] }: ScriptLintOptions = {},
): Finding[] {
  const findings = collectFindings(rules, overrides, (rule) => rule.check({ script, values, lost }));
  return applySuppressions(suppressibleScript(script), findings, rules, overrides);
}

/** A script as suppression comments see it: one above covers a statement, and those that begin on its last line. */
export function suppressibleScript({ text, scripts }: BuildScript): SuppressibleText {
  const comments: Comment[] = [...text.matchAll(/^[ \t]*#(?!!)(.*)$/gm)].map((match) => {
    const start = match.index + match[0].indexOf("#");
    return { text: match[1]!, span: { start, end: match.index + match[0].length } };
  });
  const lines = new LineIndex(text);
  const instructions: { span: Span }[] = [];
  for (const { pos, end } of scripts[0]?.tree.commands ?? []) {
    const above = instructions.at(-1);
    if (above && lines.lineAt(above.span.end - 1) === lines.lineAt(pos)) above.span = { ...above.span, end };
    else instructions.push({ span: { start: pos, end } });
  }
  return { text, lines, lineEnd: lineEndOf(text), comments, instructions };
}
