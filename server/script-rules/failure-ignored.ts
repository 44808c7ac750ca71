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
  "tee",
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
    {
      title: "the status of a pipe is that of its last command",
      bad: "#!/bin/bash\nset -e\ndocker build -t lab/base:1 base 2>&1 | tee build.log\ndocker push lab/base:1\n",
      good: "#!/bin/bash\nset -o pipefail\nset -e\ndocker build -t lab/base:1 base 2>&1 | tee build.log\ndocker push lab/base:1\n",
      at: ["docker build"],
    },
    {
      title: "whatever the build comes to",
      bad: "#!/bin/bash\nset -e\ndocker build -t lab/base:1 base || echo failed\ndocker push lab/base:1\n",
      at: ["docker build"],
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
    if (/\$\?|\bPIPESTATUS\b|\btrap\b(?:(?!\btrap\b)[^\n])*\bERR\b/.test(text)) return;
    const fates = fatesOf(under);
    for (const [index, step] of steps.entries()) {
      if (step.kind !== "build" || !step.invocation.node) continue;
      const fate = fates.get(step.invocation.node);
      const stops = stopsAt(under, step);
      if (fate === "guarded" || (fate === undefined && stops)) continue;
      const later = steps.slice(index + 1).find((other) => uses(other, step));
      if (!later) continue;
      yield report(under, step, later, fate, stops);
      return;
    }
  },
};

/** What becomes of a command's failure where the shell does not just take note of it. */
type Fate =
  /** Something looks at it: `&&`, a condition, `!`, `|| exit 1`. */
  | "guarded"
  /** `|| true`, `|| echo failed` */
  | "swallowed"
  /** The command that the pipe leads to ends well. */
  | "piped"
  /** `&`, and a `wait` that asks for no command's status. */
  | "background";

/** Whether the shell stops where the build fails, as far as nothing around that hides it. */
function stopsAt({ script }: ScriptUnderCheck, { span, invocation }: BuildStep): boolean {
  if (/^#!.*\s-\w*e/.test(script.text)) return true;
  return script.invocations.some(
    ({ name, args, context, span: set }) =>
      name === "set" &&
      set.start < span.start &&
      (!context.subshell || invocation.context.subshell) &&
      args.some(({ value }) => /^-\w*e/.test(value ?? "") || value === "errexit"),
  );
}

function report(
  under: ScriptUnderCheck,
  { span }: BuildStep,
  later: ScriptStep,
  fate: Fate | undefined,
  stops: boolean,
): RuleReport {
  const { text } = under.script;
  const goesOn =
    later.kind === "push"
      ? "the script goes on and pushes the image that an earlier day left"
      : "the script goes on and builds on the image that an earlier day left";
  if (fate === "swallowed")
    return { span, message: `When this build fails, ${goesOn}: || hides it. End with || exit 1 instead.` };
  if (fate === "background") {
    const advice = 'Wait for the build by its number: pid=$!, and wait "$pid" || exit 1.';
    return { span, message: `When this build fails, wait does not tell, and ${goesOn}. ${advice}` };
  }
  const stop = stopLine(under);
  const pipe = fate === "piped" ? "the pipe behind it hides that: " : "";
  if (pipe && !stop.line.includes("pipefail")) {
    const advice =
      "Write its output to a file with > build.log 2>&1, or have bash run the script, with set -euo pipefail at the top.";
    return { span, message: `When this build fails, ${pipe}${goesOn}. ${advice}` };
  }
  const line = pipe && stops ? "set -o pipefail" : stop.line;
  const edits = [lineBehindShebang(text, line)];
  const fix: Fix = { title: `Add ${line}`, automatic: stop.automatic, edits };
  return {
    span,
    message: `When this build fails, ${pipe}${goesOn}. Write ${line} at the top.`,
    fixes: [fix],
  };
}

/** Whether a later step takes what the build made, were it to fail. */
function uses(later: ScriptStep, build: BuildStep): boolean {
  const names = new Set(build.tags.map(({ value }) => value));
  if (later.kind === "push") {
    const name = later.reference?.value ?? null;
    return name === null || names.has(null) || names.has(name);
  }
  return later.kind === "build" && later.args.some(({ value }) => value !== null && names.has(value));
}

/** What becomes of the failures of commands; those that are not there are left to the shell. */
function fatesOf({ script }: ScriptUnderCheck): Map<SyntaxNode, Fate> {
  const fates = new Map<SyntaxNode, Fate>();
  /** Whether a pipe hides the failure of what leads into it. */
  let hides = !/\bpipefail\b/.test(script.text);
  const waits = script.invocations.filter(({ name }) => name === "wait");
  const started: Fate =
    waits.length > 0 && waits.every(({ args }) => !args.length) ? "background" : "guarded";
  const visit = (node: SyntaxNode, fate: Fate | undefined): void => {
    if (node.type === "Command" && fate) fates.set(node, fate);
    if (node.type === "Statement") {
      visit(node.command, node.background && node.command.type === "Command" ? started : fate);
    } else if (node.type === "AndOr") {
      for (const [index, command] of node.commands.entries()) {
        const swallows = node.operators[index] === "||" && endsWell(node.commands[index + 1]);
        const own = swallows ? "swallowed" : "guarded";
        visit(command, fate ?? (index < node.operators.length ? own : undefined));
      }
    } else if (node.type === "If") {
      visit(node.clause, "guarded");
      for (const each of [node.then, ...node.elif, ...(node.else ? [node.else] : [])]) visit(each, fate);
    } else if (node.type === "While") {
      visit(node.clause, "guarded");
      visit(node.body, fate);
    } else if (node.type === "Pipeline") {
      const negated = node.prefixes.some(({ type }) => type === "Negation");
      for (const [index, command] of node.commands.entries()) {
        const piped = hides && command.type === "Command" && index < node.operators.length;
        visit(command, piped ? "piped" : negated ? "guarded" : fate);
      }
    } else if (node.type === "CommandExpansion") {
      // Where the build fails, what its output is used for fails too.
      const outside = hides;
      hides = false;
      forEachChild(node, (child) => visit(child, fate));
      hides = outside;
    } else forEachChild(node, (child) => visit(child, fate));
  };
  for (const { tree } of script.scripts) for (const statement of tree.commands) visit(statement, undefined);
  return fates;
}

/** Whether what stands behind `||` says something at most, and ends well: the script goes on. */
function endsWell(node: SyntaxNode | undefined): boolean {
  if (node?.type === "BraceGroup")
    return node.body.commands.every(({ command, background }) => !background && endsWell(command));
  if (node?.type !== "Command" || node.prefix.length > 0) return false;
  // What is written to a file may be asked for later on.
  const toNoFile = node.redirects.every(
    (each) => each.type === "Redirect" && /^(?:\d|\/dev\/\w+)$/.test(each.target?.value ?? ""),
  );
  return toNoFile && /^(?:true|:|echo|printf)$/.test(node.name?.value ?? "");
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
