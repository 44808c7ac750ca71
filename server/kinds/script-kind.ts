import { dirname } from "node:path";
import { isShellScript, parseBuildScript } from "../../core/lab/build-script.ts";
import { lintScript, suppressibleScript } from "../lint/lint-script.ts";
import type { TextKind } from "./text-kind.ts";
import { unchecked } from "./unchecked.ts";

/** Shell scripts; those that build and push no image have no findings. */
export const scriptKind: TextKind = {
  opens: (language) => language === "shellscript",
  takes: isShellScript,
  linterAt({ path, lab, severities: overrides }) {
    const values = lab?.values ?? {};
    return (text) => {
      const script = parseBuildScript(text, dirname(path ?? ""));
      if (!script) return unchecked(text);
      return { source: suppressibleScript(script), findings: lintScript(script, values, { overrides }) };
    };
  },
};
