import type { RuleReport } from "../rules/rule.ts";
import type { ScriptRule } from "./script-rule.ts";
import { unsetVariable } from "./unset-variable.ts";

/** script/left-out: what a script does that Build and `lab-images build` do not take over. */
export const scriptLeftOut: ScriptRule = {
  code: "script/left-out",
  severity: "hint",
  summary:
    "what a build script does with an image that Build and `lab-images build` do not take over from it",
  why: `Without an entry in \`lab-images.json\` an image is built as the lab's script has it: names, arguments, context,
network, platform and stage. A Dockerfile that is built twice, a secret and a name that only the running script knows
are no part of that. The script itself does all of it as before.`,
  examples: [
    {
      title: "two images of one Dockerfile",
      bad: "#!/bin/bash\nset -e\ndocker build --build-arg CUDA=11.8.0 -t lab/x:cu11 x\ndocker build --build-arg CUDA=12.2.2 -t lab/x:cu12 x\n",
      at: ["docker build"],
    },
    {
      title: "a secret",
      bad: "#!/bin/bash\nset -e\ndocker build --secret id=token,src=token.txt -t lab/x:1 x\n",
      at: ["--secret id=token,src=token.txt"],
    },
    {
      title: "a name that is known when the script runs",
      bad: "#!/bin/bash\nset -e\ndocker build -t lab/x:$(date +%F) x\n",
      at: ["lab/x:$(date +%F)"],
    },
  ],
  fine: [
    "#!/bin/bash\nset -e\ndocker build -t lab/x:1 -t lab/x:latest --network=host --target run x\n",
    "#!/bin/bash\nset -e\ndocker build -t lab/x:1 x\ndocker build --no-cache -t lab/x:latest x\n",
    "# Nothing sets the variable, which is told apart.\ndocker build -t $REGISTY/x:1 x\n",
    '#!/bin/bash\nset -e\ndocker build "$@" -t lab/x:1 x\n',
  ],
  *check(under): Iterable<RuleReport> {
    // Where a variable is not set, that is said, and no more.
    const unset = [...unsetVariable.check(under)].map(({ span }) => span.start).sort((a, b) => a - b);
    let next = 0;
    for (const { span, message } of under.lost) {
      while (next < unset.length && unset[next]! < span.start) next++;
      if (next === unset.length || unset[next]! >= span.end) yield { span, message };
    }
  },
};
