import type { Position } from "../../core/dockerfile/span.ts";
import type { Outcome } from "./program.ts";

/** What `--format json` prints of a file, as its reader declares it. */
export interface JsonFile {
  readonly path: string;
  readonly error?: string;
  readonly findings: readonly {
    readonly code: string;
    readonly range: { readonly start: Position; readonly end: Position };
    readonly fix: { readonly automatic: boolean } | null;
  }[];
}

/** The files in the output of `--format json`. */
export function jsonFiles({ stdout }: Outcome): readonly JsonFile[] {
  return (JSON.parse(stdout) as { readonly files: readonly JsonFile[] }).files;
}

/** Their paths. */
export function jsonPaths(outcome: Outcome): string[] {
  return jsonFiles(outcome).map(({ path }) => path);
}
