import { basename, dirname } from "node:path";
import {
  type BuildScript,
  isShellScript,
  looksLikeScript,
  parseBuildScript,
} from "../../core/lab/build-script.ts";
import { lostOf } from "../../core/lab/folder-build.ts";
import type { ManifestProblem } from "../../core/lab/manifest-text.ts";
import { lintScript, suppressibleScript } from "../lint/lint-script.ts";
import { tooLargeFindings } from "../lint/unread.ts";
import type { TextKind, TextPlace } from "./text-kind.ts";
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
          ...lintScript(script, lab?.values ?? {}, { overrides, lost: lostIn(script, place) }),
        ],
      };
    };
  },
};

/** What of the script is lost, where its lab takes its builds from it. */
function lostIn(script: BuildScript, { path = "", lab }: TextPlace): ManifestProblem[] {
  const name = basename(path);
  const isRead = lab?.root === dirname(path) && looksLikeScript(name);
  return isRead ? lostOf(script, name, lab.root, (dockerfile) => lab.takesScriptFor(dockerfile)) : [];
}
