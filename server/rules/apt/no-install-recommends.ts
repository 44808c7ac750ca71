import { type AptCall, hasOption } from "../../../core/commands/apt.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { aptConfigs } from "./apt-config.ts";
import { aptCalls, callSpan, isSimulated } from "./apt-run.ts";
import { type RecommendedNeed, RecommendedNeeds } from "./recommended-needs.ts";

/** apt installs what a package recommends along with it, unless told not to. */
export const noInstallRecommends: Rule = {
  code: "apt/no-install-recommends",
  severity: "warning",
  summary: "apt-get install without --no-install-recommends.",
  why:
    "Packages recommend others that are handy on a desktop: documentation, fonts, mail servers, whole window " +
    "systems. apt installs them all unless `--no-install-recommends` says no; a few hundred megabytes in an image " +
    "are common. Name what you do need. `--install-recommends` says that it is meant.",
  examples: [
    {
      title: "install with everything that is recommended",
      bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3 python3-pip git\n",
      good: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install --no-install-recommends -y python3 python3-pip git\n",
      at: ["apt-get install"],
    },
    {
      title: "several lines, options in front of the command",
      bad:
        "FROM ubuntu:22.04\nRUN apt-get update \\\n\t&& apt-get -y install \\\n\t\tsudo htop tmux \\\n" +
        "\t&& rm -rf /var/lib/apt/lists/*\n",
      good:
        "FROM ubuntu:22.04\nRUN apt-get update \\\n\t&& apt-get -y install --no-install-recommends \\\n" +
        "\t\tsudo htop tmux \\\n\t&& rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get -y install"],
    },
    {
      title: "apt, through sudo, in a here-document",
      bad: "FROM ubuntu:22.04\nRUN <<EOF\nset -e\nsudo apt update\nsudo apt install -y ffmpeg\nEOF\n",
      good:
        "FROM ubuntu:22.04\nRUN <<EOF\nset -e\nsudo apt update\n" +
        "sudo apt install --no-install-recommends -y ffmpeg\nEOF\n",
      at: ["apt install"],
    },
    {
      title: "what the commands behind it need is named",
      bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git vim\nRUN git clone --depth 1 https://github.com/colmap/colmap\n",
      good: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install --no-install-recommends -y git ca-certificates vim\nRUN git clone --depth 1 https://github.com/colmap/colmap\n",
      at: ["apt-get install"],
    },
    {
      title: "exec form",
      bad: 'FROM ubuntu:22.04\nRUN ["apt-get", "install", "-y", "python3"]\n',
      good: 'FROM ubuntu:22.04\nRUN ["apt-get", "install", "--no-install-recommends", "-y", "python3"]\n',
      at: ['"apt-get", "install"'],
    },
  ],
  fine: [
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git tmux --no-install-recommends\n",
    "FROM ubuntu:22.04\nRUN apt-get -o APT::Install-Recommends=false install -y git\n",
    "FROM ubuntu:22.04\nRUN echo 'APT::Install-Recommends \"false\";' > /etc/apt/apt.conf.d/99lean\n" +
      "RUN apt-get install -y git\n",
    "FROM ubuntu:22.04\nRUN apt-get install -y --install-recommends linux-tools-generic\n",
    "FROM ubuntu:22.04\nCOPY apt.conf /etc/apt/apt.conf.d/99lab\nRUN apt-get install -y git\n",
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const configs = facts.get(aptConfigs);
    const needs = new RecommendedNeeds(dockerfile, facts);
    for (const { run, call } of facts.get(aptCalls)) {
      const { commandWord } = call;
      if (call.command !== "install" || !commandWord || call.open || isDecided(call)) continue;
      const config = configs.for(call, run);
      if (config.recommends || config.unknown) continue;
      const option = call.tool === "aptitude" ? "--without-recommends" : "--no-install-recommends";
      const { needs: needed, complete, certain } = needs.of(run.stage, call);
      const edit = insertWords(call.invocation, commandWord, [option]);
      const additions = needed.flatMap(({ word, names }) => insertWords(call.invocation, word, names) ?? []);
      const names = needed.map(told).join(", and ");
      const fixes: Fix[] = [];
      if (edit && additions.length === needed.length) {
        const title = `Add ${option}${names && `, and ${names}`}`;
        // What may not be needed is installed today too.
        fixes.push({ title, automatic: complete, edits: [edit, ...additions] });
        if (!(complete && certain) && names)
          fixes.push({ title: `Add ${option} alone`, automatic: false, edits: [edit] });
      }
      yield {
        span: callSpan(call),
        message:
          `${call.tool} installs everything that these packages recommend, often hundreds of megabytes that nobody ` +
          `asked for. Write ${option}, and name what is needed${names && `: here ${complete && certain ? "" : "perhaps "}${names}`}.`,
        ...(fixes.length > 0 ? { fixes } : {}),
      };
    }
  },
};

function told({ word, names }: RecommendedNeed): string {
  return `${names.join(" and ")}, which ${names.length > 1 ? "come" : "comes"} with ${word.value}`;
}

/** Whether the call says itself what is to become of recommended packages, or installs nothing. */
function isDecided(call: AptCall): boolean {
  const aptitude = call.tool === "aptitude";
  const names = aptitude
    ? ["without-recommends", "with-recommends"]
    : ["no-install-recommends", "install-recommends"];
  return (
    names.some((name) => hasOption(call, name)) ||
    (aptitude && (hasOption(call, names[0]!, "R") || hasOption(call, names[1]!, "r"))) ||
    call.settings.has("apt::install-recommends") ||
    hasOption(call, "config-file", "c") ||
    isSimulated(call)
  );
}
