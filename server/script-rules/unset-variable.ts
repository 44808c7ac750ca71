import { editDistance } from "../../core/edit-distance.ts";
import { type VariableUse, variablesOf, variablesSetBy } from "../../core/lab/script-variables.ts";
import type { RuleReport } from "../rules/rule.ts";
import type { ScriptRule } from "./script-rule.ts";

/** What a shell, a login or a CI service sets before any script runs. */
const fromOutside =
  /^(?:HOME|USER|LOGNAME|PWD|OLDPWD|PATH|SHELL|HOSTNAME|E?UID|GROUPS|PPID|LANG|LC_\w+|TERM|TMPDIR|RANDOM|SECONDS|LINENO|IFS|OSTYPE|HOSTTYPE|MACHTYPE|SHLVL|SSH_\w+|XDG_\w+|BASH\w*|DISPLAY|PYTHONPATH|VIRTUAL_ENV|CONDA_\w+|SLURM_\w+|DOCKER_\w+|BUILDKIT_\w+|BUILDX_\w+|CI|CI_\w+|GITHUB_\w+|GITLAB_\w+|RUNNER_\w+|CIRCLE_\w+|TRAVIS\w*|JENKINS\w*|BUILD_(?:NUMBER|ID|TAG|URL)|JOB_NAME|WORKSPACE|GIT_(?:COMMIT|BRANCH|TAG)|AWS_\w+|\w+_TOKEN|\w+_PASSWORD|http_proxy|https_proxy|no_proxy|HTTP_PROXY|HTTPS_PROXY|NO_PROXY)$/;

/** What a CI service alone sets: the script is a step of a pipeline. */
const ofPipelines =
  /^(?:CI|CI_\w+|GITHUB_(?!TOKEN$)\w+|GITLAB_\w+|RUNNER_\w+|CIRCLE_\w+|TRAVIS\w*|JENKINS\w*|BUILDKITE\w*|BUILD_(?:NUMBER|ID|TAG|URL)|JOB_NAME)$/;

/** script/unset-variable: a variable in a docker line that the script never sets. */
export const unsetVariable: ScriptRule = {
  code: "script/unset-variable",
  severity: "error",
  summary: "a variable in a `docker build`, `push` or `tag` line of a build script that nothing sets",
  why: `A shell takes a variable that was never set as empty: \`docker push $REGISTY/base:ssh\` then pushes \`/base:ssh\`,
which Docker refuses, or \`-t $NAME:$TAG\` names another image than was meant. A variable that is meant to come from
outside is written \`\${TAG:?}\`, which stops with a message, or \`\${TAG:-latest}\`.`,
  examples: [
    {
      title: "a misspelt name",
      bad: "#!/bin/bash\nset -e\nREGISTRY=ic-registry.epfl.ch/cvlab/gaspar\ndocker build -t $REGISTRY/base:ssh base\ndocker push $REGISTY/base:ssh\n",
      good: "#!/bin/bash\nset -e\nREGISTRY=ic-registry.epfl.ch/cvlab/gaspar\ndocker build -t $REGISTRY/base:ssh base\ndocker push $REGISTRY/base:ssh\n",
      at: ["$REGISTY"],
    },
    {
      title: "another spelling of the same name",
      bad: '#!/bin/bash\nset -e\nBASE_IMG=ubuntu:22.04\ndocker build --build-arg BASE_IMG="${BASEIMG}" -t lab/base:1 base\n',
      good: '#!/bin/bash\nset -e\nBASE_IMG=ubuntu:22.04\ndocker build --build-arg BASE_IMG="${BASE_IMG}" -t lab/base:1 base\n',
      at: ["${BASEIMG}"],
    },
    {
      title: "nothing of that name",
      bad: "#!/bin/bash\nset -e\ndocker build -t lab/base:$VERSION base\n",
      at: ["$VERSION"],
    },
  ],
  fine: [
    "#!/bin/bash\nset -e\ndocker build -t lab/base:${TAG:-latest} base\n",
    "#!/bin/bash\nset -e\n: ${TAG:?give a tag}\ndocker build -t lab/base:$TAG base\n",
    "#!/bin/bash\n# Usage: TAG=v1 ./build\nset -e\ndocker build -t lab/base:$TAG base\n",
    "#!/bin/bash\nset -e\nsource settings.sh\ndocker build -t lab/base:$TAG base\n",
    "#!/bin/bash\nset -e\nfor name in base torch; do\n  docker build -t $USER/$name:$1 $name\ndone\n",
  ],
  *check({ script }): Iterable<RuleReport> {
    const { set, open } = variablesSetBy(script);
    if (open) return;
    const known = new Set(set);
    const inPipeline = script.invocations.some((each) =>
      variablesOf(each).some(({ name }) => ofPipelines.test(name)),
    );
    const seen = new Set<number>();
    for (const { kind, invocation } of script.steps) {
      if (kind === "pull") continue;
      for (const use of variablesOf(invocation)) {
        if (known.has(use.name) || fromOutside.test(use.name) || seen.has(use.span.start)) continue;
        seen.add(use.span.start);
        const found = report(use, set);
        // A pipeline sets more than its service does.
        if (found.fixes || !inPipeline) yield found;
      }
    }
  },
};

function report({ name, span, nameSpan }: VariableUse, set: readonly string[]): RuleReport {
  const near = set
    .map((each) => ({ each, distance: editDistance(bare(name), bare(each)) }))
    .filter(({ each, distance }) => distance <= Math.floor(Math.min(name.length, each.length) / 3))
    .sort((a, b) => a.distance - b.distance);
  const [best, next] = near;
  const costs = `the shell takes $${name} as empty, and the line names another image than was meant, or fails`;
  const unlessGiven = `Nothing in this script sets ${name}: unless it comes from outside, ${costs}.`;
  const stop = `\${${name}:?} to stop where it is not given`;
  if (!best) {
    return { span, severity: "warning", message: `${unlessGiven} Set it above, or write ${stop}.` };
  }
  const automatic = best.distance !== next?.distance && isSlip(name, best.each);
  const fixes = near.slice(0, 3).map(({ each }, index) => ({
    title: `Write $${each}`,
    automatic: automatic && index === 0,
    edits: [{ span: nameSpan, newText: each }],
  }));
  if (!automatic) {
    const message = `${unlessGiven} Write ${best.each} if that is meant, or ${stop}.`;
    return { span, severity: "warning", message, fixes };
  }
  return { span, message: `Nothing in this script sets ${name}: ${costs}. Write ${best.each}.`, fixes };
}

/**
 * Whether one name is the other one with a slip of the hand, and no name of its own: other underscores or capitals, or
 * inside of one word two letters swapped, or one missing or too many. `CUDA12` beside `CUDA11`, `IMG_B` beside `IMG_A`,
 * `TAG` beside `TAGS` may each be another variable, which somebody sets outside.
 */
function isSlip(name: string, meant: string): boolean {
  if (bare(name) === bare(meant)) return true;
  const words = name.toLowerCase().split("_");
  const meantWords = meant.toLowerCase().split("_");
  const differing = words.flatMap((word, index) =>
    word === meantWords[index] ? [] : [[word, meantWords[index]]],
  );
  const [pair] = differing;
  const [a, b] = pair ?? [];
  if (words.length !== meantWords.length || differing.length !== 1 || !a || !b) return false;
  if (a[0] !== b[0] || a.at(-1) !== b.at(-1) || /\d/.test(a + b)) return false;
  const sameLetters = [...a].sort().join() === [...b].sort().join();
  return editDistance(a, b) === 1 && (a.length !== b.length || sameLetters);
}

function bare(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}
