import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { chainFacts } from "../chain-facts.ts";
import { aptCaches, type LateCleanupRemoval, lateCleanupRemoval } from "../layer/late-cleanups.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { type AptRun, aptRuns, callSpan } from "./apt-run.ts";
import { cleanUpEdit } from "./clean-up.ts";
import {
  firstWithoutUpdate,
  listsLeftBy,
  listsLeftByRepository,
  listUses,
  unusedUpdate,
} from "./list-use.ts";
import { repositoryFetchesLists } from "./unseen-apt.ts";

/** What `update` fetches stays in the layer of its RUN. */
export const cleanLists: Rule = {
  code: "apt/clean-lists",
  severity: "warning",
  summary: "A RUN that fetches apt's package lists and leaves them in its layer.",
  why:
    "`apt-get update` downloads some 40 MB of package lists. A layer keeps what is there when its RUN ends, so a " +
    "later `RUN rm` frees nothing: the lists have to go in the same RUN, behind the last install. " +
    "`apt-get clean` deletes the downloaded packages, not the lists. Lists in a cache mount do not count, nor do " +
    "those of a stage that the final image only copies from.",
  examples: [
    {
      title: "apt-get clean is not enough",
      bad:
        "FROM ubuntu:22.04\nRUN apt-get update \\\n" +
        "\t&& apt-get --no-install-recommends -y install sudo htop tmux locate mc less \\\n\t&& apt-get clean\n",
      good:
        "FROM ubuntu:22.04\nRUN apt-get update \\\n" +
        "\t&& apt-get --no-install-recommends -y install sudo htop tmux locate mc less \\\n\t&& apt-get clean \\\n" +
        "\t&& rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get update"],
    },
    {
      title: "nothing is deleted",
      bad:
        "FROM ubuntu:22.04\nRUN apt-get update && \\\n    apt-get install -y --no-install-recommends \\\n" +
        "    # compilers\n    gcc g++\n",
      good:
        "FROM ubuntu:22.04\nRUN apt-get update && \\\n    apt-get install -y --no-install-recommends \\\n" +
        "    # compilers\n    gcc g++ && \\\n    apt-get clean && \\\n    rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get update"],
    },
    {
      title: "deleted too early",
      bad:
        "FROM ubuntu:22.04\nRUN set -ex; rm -rf /var/lib/apt/lists/*; apt-get update; " +
        "apt-get install -y --no-install-recommends git\n",
      good:
        "FROM ubuntu:22.04\nRUN set -ex; rm -rf /var/lib/apt/lists/*; apt-get update; " +
        "apt-get install -y --no-install-recommends git; apt-get clean; rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get update"],
    },
    {
      title: "in a here-document",
      bad: "FROM ubuntu:22.04\nRUN <<EOF\nset -e\nsudo apt-get -q update\nsudo apt-get install -y git\nEOF\n",
      good:
        "FROM ubuntu:22.04\nRUN <<EOF\nset -e\nsudo apt-get -q update\nsudo apt-get install -y git\n" +
        "sudo apt-get clean\nsudo rm -rf /var/lib/apt/lists/*\nEOF\n",
      at: ["apt-get -q update"],
    },
  ],
  fine: [
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git \\\n\t&& apt-get clean && rm -rf /var/lib/apt/lists/*\n",
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git && rm --recursive --force /var/lib/apt/lists /tmp/*\n",
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git && find /var/lib/apt/lists -type f -delete\n",
    "FROM ubuntu:22.04\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install -y git\n",
    "FROM ubuntu:22.04 AS build\nRUN apt-get update && apt-get install -y gcc\nFROM ubuntu:22.04\nCOPY --from=build /a /a\n",
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const runs = facts.get(aptRuns);
    const uses = facts.get(listUses);
    const shipped = shippedStages(dockerfile);
    const lateRemoval = facts.get(lateCleanupRemoval);
    for (const run of runs) {
      const { stage } = run.run;
      if (!stage || !shipped.has(stage)) continue;
      const update = listsLeftBy(run);
      if (!update?.call) {
        if (repositoryFetchesLists(facts.get(chainFacts).at(stage).os))
          yield* leftByRepository(run, runs, dockerfile, lateRemoval);
        continue;
      }
      const use = uses.of(run);
      const needed = (use?.dependents.length ?? 0) > 0;
      // Fetched for a later RUN: the two belong together, and then the clean-up comes behind the install.
      if (run.pure && (needed || use?.mayBeUsed)) continue;
      const held = needed || run.pure || (use?.mayBeUsed && unusedUpdate(run));
      const used = run.steps.some((step) => step.uses !== "no");
      const edit = held || !used ? undefined : cleanUpEdit(dockerfile, run, update.invocation);
      yield {
        span: callSpan(update.call),
        message:
          "This RUN keeps the apt package lists (about 40 MB) in its layer. " +
          (needed ? "Give the later RUN that installs from them its own update, then end" : "End") +
          " this RUN with: rm -rf /var/lib/apt/lists/*.",
        ...(edit && {
          fixes: [
            {
              title: "Delete the package lists",
              // A later script that is not seen into may install from them.
              automatic: !use?.mayBeInstalledFrom,
              edits: [edit, ...lateRemoval(new Set([run.run]), aptCaches)],
            },
          ],
        }),
      };
    }
  },
};

function* leftByRepository(
  run: AptRun,
  runs: readonly AptRun[],
  dockerfile: ImageUnderCheck["dockerfile"],
  lateRemoval: LateCleanupRemoval,
): Iterable<RuleReport> {
  const step = listsLeftByRepository(run);
  if (!step) return;
  const { word } = step.invocation;
  const message =
    "This RUN keeps the apt package lists (about 40 MB) in its layer: add-apt-repository fetches them itself. " +
    "End this RUN with: rm -rf /var/lib/apt/lists/*.";
  // A later RUN may install from them.
  const needed = runs.some(
    (each) =>
      each.run.index > run.run.index &&
      (firstWithoutUpdate(each) || each.steps.some(({ uses }) => uses === "maybe")),
  );
  const edit = needed || run.run.onbuild ? undefined : cleanUpEdit(dockerfile, run, step.invocation);
  const edits = edit && [edit, ...lateRemoval(new Set([run.run]), aptCaches)];
  const fixes = edits && [{ title: "Delete the package lists", automatic: true, edits }];
  yield { span: word.span, message, ...(fixes && { fixes }) };
}
