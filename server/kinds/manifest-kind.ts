import { manifestName } from "../../core/lab/manifest.ts";
import type { ManifestProblem } from "../../core/lab/manifest-text.ts";
import { lintManifest, suppressibleManifest } from "../lint/lint-manifest.ts";
import { tooLargeFindings } from "../lint/unread.ts";
import type { TextKind } from "./text-kind.ts";
import { unchecked } from "./unchecked.ts";

/** A lab's `lab-images.json`. */
export const manifestKind: TextKind = {
  opens: (language, name) => name === manifestName && (language === "jsonc" || language === "json"),
  takes: (name) => name === manifestName,
  linterAt({ lab, severities, showsJsonErrors }) {
    return (text) => {
      const here = lab?.withManifest(text);
      if (!here?.manifest) return unchecked(text);
      const { manifest } = here;
      const problems = showsJsonErrors ? manifest.problems.filter(isOurs) : manifest.problems;
      return {
        source: suppressibleManifest(manifest.text),
        findings: [
          ...tooLargeFindings(text, "a manifest", "its images are checked and built without it"),
          ...lintManifest({ ...manifest, problems }, here, severities),
        ],
      };
    };
  },
};

function isOurs({ file, syntax }: ManifestProblem): boolean {
  return !syntax || file !== manifestName;
}
