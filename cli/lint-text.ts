import { basename } from "node:path";
import { parseDockerfile } from "../core/dockerfile/dockerfile.ts";
import { isShellScript } from "../core/lab/build-script.ts";
import { lint } from "../server/lint/lint.ts";
import { lintScript } from "../server/lint/lint-script.ts";
import { allRules } from "../server/rules/all-rules.ts";
import type { Finding } from "../server/rules/rule.ts";
import type { LabOfFile } from "./lab-of.ts";

/** Lints one text of a Dockerfile, or of a shell script that builds images, with every rule. */
export function lintText(text: string, { path, image, severities }: LabOfFile): Finding[] {
  if (isShellScript(basename(path), text))
    return lintScript(text, path, image.values, { overrides: severities });
  return lint({ dockerfile: parseDockerfile(text, image), lab: image }, allRules, severities);
}
