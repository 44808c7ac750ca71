/** JSON Schema (draft 7), as much of it as describes the manifest. */
export interface FieldSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly properties?: FieldSchemas;
  readonly additionalProperties?: false | FieldSchema;
  readonly propertyNames?: { readonly pattern: string };
  readonly minimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  /** Editors offer them. */
  readonly examples?: readonly unknown[];
}

/** Fields by their names. */
export type FieldSchemas = Readonly<Record<string, FieldSchema>>;
