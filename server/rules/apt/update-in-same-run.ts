import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { lateCleanupRemoval } from "../layer/late-cleanups.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { type AptRun, type AptStep, aptRuns, callSpan } from "./apt-run.ts";
import { type JoinedUpdate, joinUpdate, updateRemoval } from "./join-update.ts";
import { installWithoutUpdate, type ListUse, listUses, unusedUpdate } from "./list-use.ts";

/** Docker keeps the layer of an `update` for months, and installs from what it says. */
export const updateInSameRun: Rule = {
  code: "apt/update-in-same-run",
  severity: "warning",
  summary: "apt-get install with no update before it in the same RUN, or an update that no install follows.",
  why:
    "Docker builds a RUN anew only when its text changes. When `apt-get update` stands in a RUN of its own, that " +
    "layer comes out of the cache for months while the mirror moves on: the install asks for versions that are " +
    "gone (`404 Not Found`), or installs old ones. In one RUN the two are always run together.",
  examples: [
    {
      title: "update and install in two RUNs",
      bad:
        "FROM ubuntu:22.04\nRUN apt-get update\nRUN apt-get install -y python3 python3-pip git && " +
        "rm -rf /var/lib/apt/lists/*\n",
      good:
        "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3 python3-pip git && " +
        "rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get update", "apt-get install"],
    },
    {
      title: "the update at the end of another RUN",
      bad:
        "FROM ubuntu:22.04\nRUN sed -i 's@archive.ubuntu.com@ubuntu.ethz.ch@' /etc/apt/sources.list \\\n" +
        "\t&& apt-get update -q\n# editors\nRUN apt-get install -y \\\n\t\tvim nano \\\n" +
        "\t&& rm -rf /var/lib/apt/lists/*\n",
      good:
        "FROM ubuntu:22.04\nRUN sed -i 's@archive.ubuntu.com@ubuntu.ethz.ch@' /etc/apt/sources.list\n" +
        "# editors\nRUN apt-get update -q && apt-get install -y \\\n\t\tvim nano \\\n" +
        "\t&& rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get update", "apt-get install"],
    },
    {
      title: "an install that relies on an earlier layer",
      bad:
        "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n" +
        "RUN sudo apt-get install -y ninja-build\n",
      good:
        "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n" +
        "RUN sudo apt-get update && sudo apt-get install -y ninja-build && sudo apt-get clean && " +
        "sudo rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get install"],
    },
    {
      title: "exec form",
      bad: 'FROM ubuntu:22.04\nRUN ["apt-get", "update"]\nRUN ["apt-get", "install", "-y", "python3"]\n',
      at: ['"apt-get", "update"', '"apt-get", "install"'],
    },
  ],
  fine: [
    "FROM ubuntu:22.04\nRUN apt-get update \\\n\t&& apt-get install -y git \\\n\t&& rm -rf /var/lib/apt/lists/*\n",
    "FROM ubuntu:22.04\nRUN curl -fsSL https://deb.nodesource.com/setup_20.x | bash - && apt-get install -y nodejs\n",
    "FROM ubuntu:22.04\nCOPY driver.deb /tmp/\nRUN apt-get install -y /tmp/driver.deb\n",
    "FROM ubuntu:22.04\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y git\n",
    "FROM ubuntu:22.04\nRUN if [ ! -d /var/lib/apt/lists/partial ]; then apt-get update; fi; apt-get install -y git\n",
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const runs = facts.get(aptRuns);
    const uses = facts.get(listUses);
    const shipped = shippedStages(dockerfile);
    const lateRemoval = facts.get(lateCleanupRemoval);
    const joined = new Map<ListUse, JoinedUpdate | undefined>();
    const join = (use: ListUse | undefined): JoinedUpdate | undefined => {
      if (use && !joined.has(use)) joined.set(use, joinUpdate(dockerfile, use, shipped, lateRemoval));
      return use && joined.get(use);
    };
    for (const run of runs) {
      const reports = [
        ...installReport(run, join(uses.dependedOnBy(run))),
        ...updateReport(dockerfile, run, uses.of(run), join(uses.of(run))),
      ];
      yield* reports.sort((a, b) => a.span.start - b.span.start);
    }
  },
};

function installReport(run: AptRun, joined: JoinedUpdate | undefined): RuleReport[] {
  const call = installWithoutUpdate(run);
  if (!call) return [];
  const message =
    `${call.tool} ${call.command} uses package lists of an earlier layer, which Docker keeps for months: the build ` +
    "fails when a version is gone from the mirror, or installs an old one. Write apt-get update in front of it, in " +
    "the same RUN.";
  return [{ span: callSpan(call), message, ...withFix(joined?.members.has(run) ? joined.fix : undefined) }];
}

function updateReport(
  dockerfile: Dockerfile,
  run: AptRun,
  use: ListUse | undefined,
  joined: JoinedUpdate | undefined,
): RuleReport[] {
  const update = unusedUpdate(run);
  if (!update?.call) return [];
  const message =
    "Nothing in this RUN installs from these package lists. Docker keeps the layer for months, and a later RUN then " +
    "installs from old lists. Write apt-get update and apt-get install in one RUN, joined by &&.";
  const fix = joined ? (joined.moves ? joined.fix : undefined) : deletion(dockerfile, run, update, use);
  return [{ span: callSpan(update.call), message, ...withFix(fix) }];
}

/** Without the `update`, where nothing in the file uses what it fetches; an image built on this one may. */
function deletion(
  dockerfile: Dockerfile,
  run: AptRun,
  update: AptStep,
  use: ListUse | undefined,
): Fix | undefined {
  if (!use || use.mayBeUsed || use.dependents.length > 0) return undefined;
  const edit = updateRemoval(dockerfile, run, update);
  return edit && { title: "Delete the update: nothing uses its lists", automatic: false, edits: [edit] };
}

function withFix(fix: Fix | undefined): { fixes?: readonly Fix[] } {
  return fix ? { fixes: [fix] } : {};
}
