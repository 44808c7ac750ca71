import { dirname } from "node:path";
import { isShellScript, parseBuildScript } from "../../core/lab/build-script.ts";
import { lintScript, suppressibleScript } from "../lint/lint-script.ts";
import { tooLargeFindings } from "../lint/unread.ts";
import type { TextKind } from "./text-kind.ts";
import { unchecked } from "./unchecked.ts";

/** Shell scripts; those that build and push no image have no findings. */
export const scriptKind: TextKind = {
  opens: (language) => language === "shellscript",
  takes: isShellScript,
  linterAt(place) {
    const folder = dirname(place.path ?? "");
    return (text) => {
      const script = parseBuildScript(text, folder);
      // The lab is not asked for: most scripts build nothing.
      if (!script) return unchecked(text);
      const { lab, severities: overrides } = place;
      return {
        source: suppressibleScript(script),
        findings: [
          ...tooLargeFindings(text, "a build script", "nothing is known of what it builds"),
          ...lintScript(script, lab?.values ?? {}, { overrides }),
        ],
      };
    };
  },
};
