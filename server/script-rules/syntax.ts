import type { Span } from "../../core/dockerfile/span.ts";
import { scriptFaults } from "../../core/lab/script-faults.ts";
import type { RuleReport } from "../rules/rule.ts";
import type { ScriptRule, ScriptUnderCheck } from "./script-rule.ts";

/** script/syntax: a place from where the shell cannot read the script. */
export const scriptSyntax: ScriptRule = {
  code: "script/syntax",
  severity: "error",
  summary: "a place where the shell cannot read a build script",
  why: `The shell reads a script as it runs it: what stands above such a place is built and pushed, what stands below is
not, or is taken for something else. What Lab Images says of the script ends there, too.`,
  examples: [
    {
      title: "a quote without its end",
      bad: '#!/bin/bash\nset -e\ndocker build -t "lab/base:1 base\ndocker push lab/base:1\n',
      at: ['"'],
    },
    {
      title: "a loop without its end",
      bad: '#!/bin/bash\nset -e\nfor image in base torch; do\n  docker build -t "lab/$image" "$image"\n',
      at: ['"'],
    },
  ],
  fine: ['#!/bin/bash\nset -e\nif true; then docker build -t "lab/base:1" base; fi\n'],
  *check({ script }: ScriptUnderCheck): Iterable<RuleReport> {
    // What follows the first one mostly comes of it.
    const [first] = scriptFaults(script);
    if (first) yield { span: visible(first.span, script.text), message: `${first.message}.` };
  },
};

/** A place at the end of the file is shown at the last character before it. */
function visible({ start, end }: Span, text: string): Span {
  if (end > start) return { start, end };
  const at = Math.max(0, text.slice(0, start).trimEnd().length - 1);
  return { start: at, end: Math.min(text.length, at + 1) };
}
