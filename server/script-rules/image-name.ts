import { nameFault, placeholderIn } from "../../core/image/name-fault.ts";
import type { ScriptStep, ScriptValue } from "../../core/lab/build-script.ts";
import { manifestImageName } from "../manifest-rules/image-name.ts";
import type { Fix, RuleReport } from "../rules/rule.ts";
import type { ScriptRule, ScriptUnderCheck } from "./script-rule.ts";

/** image/name in build scripts: a name that cannot be pushed. */
export const scriptImageName: ScriptRule = {
  code: manifestImageName.code,
  severity: manifestImageName.severity,
  summary: manifestImageName.summary,
  why: manifestImageName.why,
  examples: [
    {
      title: "the guide's placeholder",
      bad: "#!/bin/bash\nset -e\nREGISTRY=ic-registry.epfl.ch/cvlab/your_gaspar\ndocker build -t $REGISTRY/base:ssh base\ndocker push $REGISTRY/base:ssh\n",
      at: ["your_gaspar"],
    },
    {
      title: "upper case",
      bad: "#!/bin/bash\nset -e\ndocker build -t lab/PyTorch:2.1 torch\n",
      good: "#!/bin/bash\nset -e\ndocker build -t lab/pytorch:2.1 torch\n",
      at: ["lab/PyTorch:2.1"],
    },
    {
      title: "a character that no tag may hold",
      bad: "#!/bin/bash\nset -e\ndocker build -t lab/torch:2.1+cu118 torch\n",
      good: "#!/bin/bash\nset -e\ndocker build -t lab/torch:2.1-cu118 torch\n",
      at: ["lab/torch:2.1+cu118"],
    },
    {
      title: "no registry: Docker Hub's own names are nobody's",
      bad: "#!/bin/bash\nset -e\ndocker build -t torch:2.1 torch\ndocker push torch:2.1\n",
      at: ["torch:2.1"],
    },
  ],
  fine: [
    "#!/bin/bash\nset -e\ndocker build -t ic-registry.epfl.ch/cvlab/gaspar/base:ssh base\ndocker push ic-registry.epfl.ch/cvlab/gaspar/base:ssh\n",
    "# A name for this computer only.\ndocker build -t base base\n",
    "#!/bin/bash\nset -e\nNAME=$1\ndocker build -t $NAME:latest .\ndocker push $NAME:latest\n",
  ],
  *check(under: ScriptUnderCheck): Iterable<RuleReport> {
    const reports = new Map<string, RuleReport>();
    const seenNames = new Set<string>();
    for (const { reference, pushed } of under.script.steps.flatMap(namesGiven)) {
      const { value, span } = reference;
      if (value === null || value === "") continue;
      const placeholder = placeholderIn(value);
      if (placeholder !== undefined) {
        for (const each of placeholderReports(under, reference, placeholder))
          reports.set(`${each.span.start}`, each);
        continue;
      }
      const fault = nameFault(value, pushed ? under.values.registry : undefined, pushed);
      // One name, one mistake: the build says it first, the push only repeats it.
      if (!fault || seenNames.has(value)) continue;
      seenNames.add(value);
      const fixes = fault.better === undefined ? [] : renamings(under, value, fault.better);
      reports.set(`${span.start}`, { span, message: fault.message, ...(fixes.length > 0 ? { fixes } : {}) });
    }
    yield* [...reports.values()].sort((a, b) => a.span.start - b.span.start);
  },
};

interface GivenName {
  readonly reference: ScriptValue;
  readonly pushed: boolean;
}

function namesGiven(step: ScriptStep): GivenName[] {
  switch (step.kind) {
    case "build":
      return step.tags.map((reference) => ({ reference, pushed: step.pushes }));
    case "tag":
      return [{ reference: step.to, pushed: false }];
    case "push":
      return step.reference ? [{ reference: step.reference, pushed: true }] : [];
    case "pull":
      return [];
  }
}

/** The placeholder where it is written, which may be in a variable far above. */
function placeholderReports(
  { script, values }: ScriptUnderCheck,
  { span }: ScriptValue,
  placeholder: string,
): RuleReport[] {
  const message = `${placeholder} is the guide's placeholder: the push is refused. Write your own name.`;
  const escaped = placeholder.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const written = [...script.text.matchAll(new RegExp(`(?<=[/="'\\s])${escaped}(?=[/:"'\\s]|$)`, "g"))];
  const places = written
    .map(({ index }) => ({ start: index, end: index + placeholder.length }))
    .filter(
      ({ start }) => !/^[ \t]*#/.test(script.text.slice(script.text.lastIndexOf("\n", start) + 1, start)),
    );
  const { user } = values;
  return (places.length > 0 ? places : [span]).map((place) => ({
    span: place,
    message,
    ...(user !== undefined && places.length > 0
      ? { fixes: [{ title: `Write ${user}`, automatic: true, edits: [{ span: place, newText: user }] }] }
      : {}),
  }));
}

/** The better name wherever the script writes the same name out; none where a variable is a part of it. */
function renamings({ script }: ScriptUnderCheck, value: string, better: string): Fix[] {
  const all = script.steps.flatMap((step) =>
    step.kind === "build"
      ? [...step.tags, ...step.args]
      : step.kind === "tag"
        ? [step.from, step.to]
        : (step.reference ?? []),
  );
  const same = all.filter((each) => each.value === value);
  if (!same.every(({ span }) => script.text.slice(span.start, span.end) === value)) return [];
  const edits = same.map(({ span }) => ({ span, newText: better }));
  return [{ title: `Write ${better}`, automatic: true, edits }];
}
