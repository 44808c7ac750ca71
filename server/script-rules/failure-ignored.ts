import { forEachChild, type SyntaxNode } from "unbash";
import type { ScriptStep } from "../../core/lab/build-script.ts";
import { variablesOf, variablesSetBy } from "../../core/lab/script-variables.ts";
import type { Fix, RuleReport } from "../rules/rule.ts";
import type { ScriptRule, ScriptUnderCheck } from "./script-rule.ts";

type BuildStep = Extract<ScriptStep, { kind: "build" }>;

/** Commands that end with an error only when something is wrong. */
const plainCommands = new Set([
  "docker",
  "podman",
  "nerdctl",
  "echo",
  "printf",
  "cd",
  "export",
  "date",
  "dirname",
  "pwd",
  "set",
  "mkdir",
  "cp",
  "git",
]);

/** script/failure-ignored: a script that goes on after a failed build, and pushes. */
export const failureIgnored: ScriptRule = {
  code: "script/failure-ignored",
  severity: "warning",
  summary: "a build script that goes on after a failed build and pushes what an earlier day left",
  why: `Without \`set -e\` a shell goes on after a command that failed. \`docker push\` then finds the image of the same name
that an earlier day left on this computer, pushes it, and the script ends as if all were well.
\`set -euo pipefail\` stops at the first failure, at a variable that is not set, and inside of pipes.`,
  examples: [
    {
      title: "the push follows whatever the build did",
      bad: "#!/bin/bash\ndocker build -t lab/base:1 base\ndocker push lab/base:1\n",
      good: "#!/bin/bash\nset -euo pipefail\ndocker build -t lab/base:1 base\ndocker push lab/base:1\n",
      at: ["docker build"],
    },
    {
      title: "through a variable, and with sh, which knows no pipefail",
      bad: '#!/bin/sh\n# Builds both images.\nBUILD="docker build --network=host"\n$BUILD base -t lab/base:1\n$BUILD torch --build-arg BASE_IMG=lab/base:1 -t lab/torch:1\n',
      good: '#!/bin/sh\nset -eu\n# Builds both images.\nBUILD="docker build --network=host"\n$BUILD base -t lab/base:1\n$BUILD torch --build-arg BASE_IMG=lab/base:1 -t lab/torch:1\n',
      at: ["$BUILD"],
    },
  ],
  fine: [
    "#!/bin/bash\nset -euo pipefail\ndocker build -t lab/base:1 base\ndocker push lab/base:1\n",
    "#!/bin/bash -e\ndocker build -t lab/base:1 base\ndocker push lab/base:1\n",
    "#!/bin/bash\ndocker build -t lab/base:1 base && docker push lab/base:1\n",
    "#!/bin/bash\ndocker build -t lab/base:1 base || exit 1\ndocker push lab/base:1\n",
    "#!/bin/bash\nif ! docker build -t lab/base:1 base; then\n  exit 1\nfi\ndocker push lab/base:1\n",
    "#!/bin/bash\ndocker build -t lab/base:1 base\n",
  ],
  *check(under: ScriptUnderCheck): Iterable<RuleReport> {
    const { script } = under;
    const { steps, text } = script;
    // Whoever asks for the exit status looks after failures.
    if (/\$\?|\bPIPESTATUS\b|\btrap\b(?:(?!\btrap\b)[^\n])*\bERR\b/.test(text) || /^#!.*\s-\w*e/.test(text))
      return;
    const stops = script.invocations.find(
      ({ name, args }) =>
        name === "set" && args.some(({ value }) => /^-\w*e/.test(value ?? "") || value === "errexit"),
    );
    const guarded = guardedCommands(under);
    for (const [index, step] of steps.entries()) {
      if (step.kind !== "build" || !step.invocation.node || guarded.has(step.invocation.node)) continue;
      if (stops && stops.span.start < step.span.start) return;
      const later = steps.slice(index + 1).find((other) => uses(other, step));
      if (!later) continue;
      const what =
        later.kind === "push"
          ? "pushes the image that an earlier day left"
          : "builds on the image that an earlier day left";
      const { line, automatic } = stopLine(under);
      const fix: Fix = { title: `Add ${line}`, automatic, edits: [lineBehindShebang(text, line)] };
      yield {
        span: step.span,
        message: `When this build fails, the script goes on and ${what}. Write ${line} at the top.`,
        fixes: [fix],
      };
      return;
    }
  },
};

/** Whether a later step takes what the build made, were it to fail. */
function uses(later: ScriptStep, build: BuildStep): boolean {
  const names = new Set(build.tags.map(({ value }) => value));
  if (later.kind === "push") {
    const name = later.reference?.value ?? null;
    return name === null || names.has(null) || names.has(name);
  }
  return later.kind === "build" && later.args.some(({ value }) => value !== null && names.has(value));
}

/** The commands whose failure something looks at: in front of `&&` or `||`, in a condition, behind `!`. */
function guardedCommands({ script }: ScriptUnderCheck): Set<SyntaxNode> {
  const guarded = new Set<SyntaxNode>();
  const visit = (node: SyntaxNode, inside: boolean): void => {
    if (node.type === "Command" && inside) guarded.add(node);
    if (node.type === "AndOr") {
      for (const [index, command] of node.commands.entries())
        visit(command, inside || index < node.operators.length);
    } else if (node.type === "If") {
      visit(node.clause, true);
      for (const each of [node.then, ...node.elif, ...(node.else ? [node.else] : [])]) visit(each, inside);
    } else if (node.type === "While") {
      visit(node.clause, true);
      visit(node.body, inside);
    } else if (node.type === "Pipeline") {
      const negated = node.prefixes.some(({ type }) => type === "Negation");
      for (const command of node.commands) visit(command, inside || negated);
    } else forEachChild(node, (child) => visit(child, inside));
  };
  for (const { tree } of script.scripts) for (const statement of tree.commands) visit(statement, false);
  return guarded;
}

/** The line that makes the script stop, and whether nothing in the script depends on its going on. */
function stopLine(under: ScriptUnderCheck): { line: string; automatic: boolean } {
  const { script } = under;
  const bash = /^#!.*\b(?:bash|zsh|ksh)\b/.test(script.text);
  const { set, open } = variablesSetBy(script);
  const known = new Set(set);
  const positional = /\$(?:[1-9@*]|\{[1-9@*]\})/.test(script.text);
  const unset = script.invocations.some((each) => variablesOf(each).some(({ name }) => !known.has(name)));
  const strict = !positional && !unset && !open;
  const line = `set -e${strict ? "u" : ""}${bash ? "o pipefail" : ""}`;
  const plain = script.invocations.every(
    ({ name, args }) =>
      plainCommands.has(name) && !/^(?:rm|rmi|stop|kill|inspect|network|volume)$/.test(args[0]?.value ?? ""),
  );
  return { line, automatic: plain };
}

function lineBehindShebang(text: string, line: string): Fix["edits"][number] {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const at = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  const whole = at === 0 && text.startsWith("#!") ? text.length : at;
  return {
    span: { start: whole, end: whole },
    newText: `${whole > 0 && at === 0 ? lineEnd : ""}${line}${lineEnd}`,
  };
}
