import type { ScriptStep, ScriptValue } from "../../core/lab/build-script.ts";
import type { RuleReport } from "../rules/rule.ts";
import type { ScriptRule, ScriptUnderCheck } from "./script-rule.ts";

/** What may bring an image without a `docker build` in this script. */
const otherSources = new Set([
  "make",
  "source",
  ".",
  "eval",
  "bash",
  "sh",
  "docker-compose",
  "skopeo",
  "crane",
  "kaniko",
]);
const otherDockerCommands = new Set(["commit", "load", "import", "compose", "bake"]);

/** script/order: an image used before the line that builds it, or pushed under a name that no line builds. */
export const scriptOrder: ScriptRule = {
  code: "script/order",
  severity: "warning",
  summary:
    "an image used as a base or pushed before the line that builds it, or pushed under a name that no line builds",
  why: `A build script runs from top to bottom. A base that is built further down is the one of an earlier day, or is not
there at all; a push under a name that nothing builds fails, or ships what an earlier day left on this computer.`,
  examples: [
    {
      title: "built on an image that comes later",
      bad: "#!/bin/bash\nset -e\ndocker build --build-arg BASE_IMG=lab/base:1 -t lab/torch:1 torch\ndocker build -t lab/base:1 base\n",
      at: ["lab/base:1"],
    },
    {
      title: "pushed under another tag than it was built",
      bad: "#!/bin/bash\nset -e\ndocker build -t lab/base:ssh base\ndocker push lab/base:shh\n",
      at: ["lab/base:shh"],
    },
    {
      title: "pushed before it is built",
      bad: "#!/bin/bash\nset -e\ndocker push lab/base:ssh\ndocker build -t lab/base:ssh base\n",
      at: ["lab/base:ssh"],
    },
  ],
  fine: [
    "#!/bin/bash\nset -e\ndocker build -t lab/base:1 base\ndocker build --build-arg BASE_IMG=lab/base:1 -t lab/torch:1 torch\ndocker push lab/torch:1\n",
    "#!/bin/bash\nset -e\ndocker build -t lab/base base\ndocker push lab/base:latest\n",
    "#!/bin/bash\nset -e\ndocker build -t base base\ndocker tag base lab/base:1\ndocker push lab/base:1\n",
    "#!/bin/bash\nset -e\nTAG=$(date +%F)\ndocker build -t lab/base:$TAG base\ndocker push lab/base:$TAG\n",
    "# It pushes only: what it pushes is built elsewhere.\ndocker push lab/base:1\n",
  ],
  *check(under: ScriptUnderCheck): Iterable<RuleReport> {
    const { steps } = under.script;
    // A function runs where it is called: the order of the lines says nothing.
    if (steps.some(({ invocation }) => invocation.context.inFunction)) return;
    const made = namesMade(steps);
    if (made.size === 0) return;
    const complete = !made.has(null) && !hasOtherSources(under);
    const before = new Set<string>();
    for (const step of steps) {
      for (const { value, span } of usedBy(step)) {
        const name = value === null ? null : fullName(value);
        if (value === null || name === null || before.has(name)) continue;
        if (namesMade([step]).has(name)) {
          if (isOwnBase(value, step)) yield { span, message: ownBase(value) };
        } else if (made.has(name)) yield { span, message: tooEarly(value, step) };
        else if (complete && step.kind === "push") yield { span, message: notBuilt(value, made) };
      }
      for (const name of namesMade([step])) if (name !== null) before.add(name);
    }
  },
};

/** The images that a step needs. */
function usedBy(step: ScriptStep): readonly ScriptValue[] {
  if (step.kind === "build") return step.args;
  return step.kind === "push" && step.reference ? [step.reference] : [];
}

/** The names that images have after the steps; `null` stands for one that is not known. */
function namesMade(steps: readonly ScriptStep[]): Set<string | null> {
  const names = new Set<string | null>();
  for (const step of steps) {
    const values =
      step.kind === "build"
        ? step.tags
        : step.kind === "tag"
          ? [step.to]
          : step.kind === "pull"
            ? [step.reference]
            : [];
    for (const each of values) names.add(each?.value == null ? null : fullName(each.value));
  }
  return names;
}

function fullName(name: string): string {
  return /[:@][^/:@]*$/.test(name) ? name : `${name}:latest`;
}

function hasOtherSources({ script }: ScriptUnderCheck): boolean {
  return script.invocations.some(
    ({ name, args, word }) =>
      otherSources.has(name) ||
      name === "" ||
      /\.sh$|^\.{1,2}\//.test(word.value ?? "") ||
      args.some(({ value }, index) => index < 2 && otherDockerCommands.has(value ?? "")),
  );
}

/** Whether a build takes the image of its own name as its base; its name may be an argument for other uses too. */
function isOwnBase(name: string, step: ScriptStep): boolean {
  const args = step.kind === "build" ? [...(step.build?.args ?? [])] : [];
  return args.some(([argument, value]) => value === name && /base|from|parent/i.test(argument));
}

function ownBase(name: string): string {
  return `${name} is the name that this build gives its own image: it builds on the image of an earlier day, or fails where there is none. Build on another name.`;
}

function tooEarly(name: string, step: ScriptStep): string {
  const use = step.kind === "push" ? "pushed" : "used as a base";
  return `${name} is ${use} here, and a later line builds it: this takes the image of an earlier day, or fails. Move its build above.`;
}

function notBuilt(name: string, made: ReadonlySet<string | null>): string {
  const repository = name.replace(/:[^/:]*$/, "");
  const likely = [...made].filter((each) => each?.startsWith(`${repository}:`));
  const hint = likely.length > 0 ? ` The script builds ${likely.join(", ")}.` : "";
  return `No line of this script builds ${name}: the push fails, or ships what an earlier day left.${hint} Push a name that is built here.`;
}
