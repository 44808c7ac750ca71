import type { FieldSchema, FieldSchemas } from "../../core/lab/field-schema.ts";
import { manifestFields } from "../../core/lab/manifest-fields.ts";
import { severities } from "../lint/severities.ts";
import { unusedSuppression } from "../lint/suppressions.ts";
import { knownRules } from "../rules/known-rules.ts";

/** The schema, with what only editors read of it. */
export interface ManifestSchema extends FieldSchema {
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

/**
 * The same schema with what explains and completes, and nothing that forbids: for an editor in which `manifest/value` and
 * `manifest/rules` say what is wrong, so that it is said once.
 */
export function explainingSchema(): ManifestSchema {
  const { $schema, allowComments, allowTrailingCommas, ...schema } = manifestSchema();
  return { $schema, allowComments, allowTrailingCommas, ...explaining(schema) };
}

function explaining({ type, pattern, enum: words, anyOf, ...allowing }: FieldSchema): FieldSchema {
  const { propertyNames, minimum, exclusiveMaximum, ...schema } = allowing;
  const { items, properties, additionalProperties, examples = [], ...said } = schema;
  const offered = [...(words ?? []), ...(anyOf ?? []).flatMap((each) => each.enum ?? []), ...examples];
  return {
    ...said,
    ...(offered.length > 0 && { examples: offered }),
    ...(items && { items: explaining(items) }),
    ...(properties && { properties: explainingFields(properties) }),
    ...(additionalProperties && { additionalProperties: explaining(additionalProperties) }),
  };
}

function explainingFields(fields: FieldSchemas): FieldSchemas {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, explaining(field)]));
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
