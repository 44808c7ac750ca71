import { failureIgnored } from "./failure-ignored.ts";
import { scriptImageName } from "./image-name.ts";
import { scriptLeftOut } from "./left-out.ts";
import { scriptOrder } from "./order.ts";
import type { ScriptRule } from "./script-rule.ts";
import { scriptSyntax } from "./syntax.ts";
import { unsetVariable } from "./unset-variable.ts";

/** Every rule for build scripts, in the order of the conventions. */
export const allScriptRules: readonly ScriptRule[] = [
  scriptImageName,
  scriptSyntax,
  unsetVariable,
  scriptOrder,
  failureIgnored,
  scriptLeftOut,
];
