import { explainingSchema, manifestSchema } from "../server/manifest-rules/manifest-schema.ts";

/** For editors that check a file by its schema. */
export const schemaPath = "schemas/lab-images.schema.json";

/** What the package has. */
export const explainingSchemaPath = "schemas/lab-images.explained.json";

/**
 * The texts of the files, by path.
 * @returns {Map<string, string>}
 */
export function schemaTexts() {
  return new Map([
    [schemaPath, textOf(manifestSchema())],
    [explainingSchemaPath, textOf(explainingSchema())],
  ]);
}

/** @param {object} schema */
function textOf(schema) {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
