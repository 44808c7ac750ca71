import { parseDockerfile } from "../core/dockerfile/dockerfile.ts";
import { lint } from "../server/lint/lint.ts";
import { allRules } from "../server/rules/all-rules.ts";
import type { Finding } from "../server/rules/rule.ts";
import type { LabOfFile } from "./lab-of.ts";

/** Lints one text of a Dockerfile with every rule. */
export function lintText(text: string, { image, severities }: LabOfFile): Finding[] {
  return lint({ dockerfile: parseDockerfile(text, image), lab: image }, allRules, severities);
}
