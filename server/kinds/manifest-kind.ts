import { manifestName } from "../../core/lab/manifest.ts";
import { lintManifest, suppressibleManifest } from "../lint/lint-manifest.ts";
import type { TextKind } from "./text-kind.ts";
import { unchecked } from "./unchecked.ts";

/** A lab's `lab-images.json`. */
export const manifestKind: TextKind = {
  opens: (language, name) => name === manifestName && (language === "jsonc" || language === "json"),
  takes: (name) => name === manifestName,
  linterAt({ lab, severities }) {
    return (text) => {
      const here = lab?.withManifest(text);
      if (!here?.manifest) return unchecked(text);
      const { manifest } = here;
      return {
        source: suppressibleManifest(manifest.text),
        findings: lintManifest(manifest, here, severities),
      };
    };
  },
};
