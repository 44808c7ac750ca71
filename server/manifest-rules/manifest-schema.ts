import { type FieldSchema, type FieldSchemas, manifestFields } from "../../core/lab/manifest-fields.ts";
import { severities } from "../lint/severities.ts";
import { unusedSuppression } from "../lint/suppressions.ts";
import { knownRules } from "../rules/known-rules.ts";

/** The schema, with what only editors read of it. */
interface ManifestSchema extends FieldSchema {
  readonly $schema: string;
  readonly allowComments: boolean;
  readonly allowTrailingCommas: boolean;
}

/** The JSON schema of `lab-images.json`: the fields that are read, and a severity for each rule. */
export function manifestSchema(): ManifestSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "lab-images.json",
    description:
      "The GPU images of a lab: what they are called, what they build on, and the lab's conventions.",
    allowComments: true,
    allowTrailingCommas: true,
    type: "object",
    properties: {
      ...manifestFields,
      rules: { ...manifestFields.rules, properties: ruleFields(), additionalProperties: false },
    },
    additionalProperties: false,
  };
}

function ruleFields(): FieldSchemas {
  const rules = [
    ...knownRules.map(({ rule }) => rule),
    { code: unusedSuppression, severity: "hint", summary: "a comment that suppresses nothing" },
  ];
  return Object.fromEntries(
    rules.map(({ code, severity, summary }) => [
      code,
      {
        title: code,
        description: `Finds ${summary.replaceAll("`", "")}.`,
        enum: [...severities],
        default: severity,
      },
    ]),
  );
}
