import type { Span } from "../../core/dockerfile/span.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { severities } from "../lint/severities.ts";
import type { RuleReport } from "../rules/rule.ts";
import type { ManifestRule } from "./manifest-rule.ts";
import { writeInstead } from "./write-instead.ts";

/** manifest/rules: a severity for a rule that does not exist, or one that is none. */
export const knownRulesOnly: ManifestRule = {
  code: "manifest/rules",
  severity: "warning",
  summary: "a rule or a severity in `rules` of `lab-images.json` that does not exist",
  why: `A misspelt code changes nothing: the rule that was meant goes on as before. \`lab-images explain\` lists the codes;
the severities are \`error\`, \`warning\`, \`info\`, \`hint\` and \`off\`.`,
  examples: [
    {
      title: "a code that no rule has",
      bad: '{\n  "rules": { "apt/clean-list": "off" }\n}\n',
      at: ["apt/clean-list"],
    },
    {
      title: "a word that is no severity",
      bad: '{\n  "rules": { "apt/mirror": "warn", "cuda/driver": "none" }\n}\n',
      at: ["warn", "none"],
    },
  ],
  fine: ['{\n  "rules": { "apt/mirror": "off", "image/name": "hint", "suppression/unused": "off" }\n}\n'],
  *check({ manifest, codes }) {
    for (const property of manifest.text.node(["rules"])?.children ?? []) {
      const code = String(property.children?.[0]?.value);
      const value: unknown = property.children?.[1]?.value;
      const path = ["rules", code];
      if (!codes.includes(code)) {
        // The group is what people leave out.
        const near = codes.find((each) => each.endsWith(`/${code}`)) ?? nearestWord(code, codes);
        const advice = near === undefined ? "correct it, or delete the line" : `write ${near}`;
        yield report(
          manifest.text.nameSpan(path),
          `There is no rule ${code}, so this changes nothing: ${advice}.`,
          near,
        );
      }
      // A list or an object: manifest/value tells.
      if (value === undefined || value === null || severities.has(String(value))) continue;
      const severity = String(value);
      const near = synonyms.get(severity.toLowerCase()) ?? nearestWord(severity, [...severities]);
      yield report(
        manifest.text.valueSpan(path),
        `${severity || "An empty text"} is no severity, so this changes nothing: write ${near ?? [...severities].join(", ")}.`,
        near,
      );
    }
  },
};

/** What other linters call them. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ["none", "off"],
  ["ignore", "off"],
  ["disable", "off"],
  ["disabled", "off"],
  ["false", "off"],
  ["style", "hint"],
  ["note", "info"],
  ["information", "info"],
]);

function report(span: Span, message: string, near: string | undefined): RuleReport {
  if (near === undefined) return { span, message };
  return { span, message, fixes: [writeInstead(span, near)] };
}
