import { manifestSchema } from "../server/manifest-rules/manifest-schema.ts";

/** Where the package has it. */
export const schemaPath = "schemas/lab-images.schema.json";

/** The file's text. */
export function schemaText() {
  return `${JSON.stringify(manifestSchema(), undefined, 2)}\n`;
}
