import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import type { Outcome } from "./program.ts";

/** The official schema, from the package of Microsoft's SARIF SDK. */
const {
  id: _id,
  $schema: _draft,
  ...schema
} = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"),
    "utf8",
  ),
);
// It says draft 4 and uses nothing that a later draft reads otherwise but `id`; one of its patterns is no `u` pattern.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

/** The run that `--format sarif` printed, which must be valid. */
export function validRun({ stdout }: Outcome) {
  const log = JSON.parse(stdout);
  validate(log);
  expect(validate.errors).toBeNull();
  expect(log.version).toBe("2.1.0");
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

/** Whether a value is a SARIF 2.1.0 log. */
export function isSarif(log: unknown): boolean {
  return validate(log);
}
