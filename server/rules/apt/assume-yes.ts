import { type AptCall, hasOption, quietLevel } from "../../../core/commands/apt.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { type AptConfig, type AptConfigs, aptConfigs } from "./apt-config.ts";
import { aptCalls, callSpan, isSimulated } from "./apt-run.ts";

const asking: ReadonlySet<string> = new Set([
  "install",
  "reinstall",
  "upgrade",
  "safe-upgrade",
  "dist-upgrade",
  "full-upgrade",
  "dselect-upgrade",
  "remove",
  "purge",
  "autoremove",
  "auto-remove",
  "autopurge",
  "build-dep",
  "satisfy",
]);

/** apt asks "Do you want to continue?", and a build has nobody to answer. */
export const assumeYes: Rule = {
  code: "apt/assume-yes",
  severity: "error",
  summary: "apt-get install, upgrade or remove that would ask before it goes on.",
  why:
    "When packages come along that were not named, apt asks `Do you want to continue? [Y/n]`. A build has no " +
    "terminal to answer from, so apt aborts and the build fails, often only on the day when a new dependency " +
    "appears. `-y` answers; so do `-qq` and `APT::Get::Assume-Yes` in apt's configuration. " +
    "`DEBIAN_FRONTEND=noninteractive` does not: it is for the questions of the packages.",
  examples: [
    {
      title: "install without -y",
      bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install git tmux\n",
      good: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git tmux\n",
      at: ["apt-get install"],
    },
    {
      title: "DEBIAN_FRONTEND does not answer apt itself",
      bad:
        "FROM ubuntu:22.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update \\\n" +
        "\t&& apt-get -q upgrade \\\n\t&& apt-get install --no-install-recommends \\\n" +
        "\t\t# editors\n\t\tvim nano\n",
      good:
        "FROM ubuntu:22.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update \\\n" +
        "\t&& apt-get -q upgrade -y \\\n\t&& apt-get install -y --no-install-recommends \\\n" +
        "\t\t# editors\n\t\tvim nano\n",
      at: ["apt-get -q upgrade", "apt-get install"],
    },
    {
      title: "removing asks too",
      bad: "FROM ubuntu:22.04\nRUN apt-get purge build-essential && sudo apt autoremove\n",
      good: "FROM ubuntu:22.04\nRUN apt-get purge -y build-essential && sudo apt autoremove -y\n",
      at: ["apt-get purge", "apt autoremove"],
    },
    {
      title: "exec form",
      bad: 'FROM ubuntu:22.04\nRUN ["apt-get", "install", "python3"]\n',
      good: 'FROM ubuntu:22.04\nRUN ["apt-get", "install", "-y", "python3"]\n',
      at: ['"apt-get", "install"'],
    },
  ],
  fine: [
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get --no-install-recommends -y install git\n",
    "FROM ubuntu:22.04\nRUN apt-get update -qq && apt-get install -qq git && apt-get -yq upgrade\n",
    "FROM ubuntu:22.04\nRUN echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes\nRUN apt-get install git\n",
    "FROM ubuntu:22.04\nRUN yes | apt-get install git && apt-get install --dry-run vim\n",
  ],
  *check({ facts }: ImageUnderCheck): Iterable<RuleReport> {
    const configs = facts.get(aptConfigs);
    for (const { run, call } of facts.get(aptCalls)) {
      const { command, commandWord } = call;
      if (!command || !commandWord || !asking.has(command) || call.open) continue;
      if (answers(call) || isAnswered(run, call, configs)) continue;
      const edit = insertWords(call.invocation, commandWord, ["-y"]);
      yield {
        span: callSpan(call),
        message:
          `${call.tool} ${command} asks before it goes on, and a build has nobody to answer: it aborts as soon as ` +
          `${/^auto/.test(command) ? "there is something to remove" : "other packages come along"}. Write -y.`,
        ...(edit ? { fixes: [{ title: "Add -y", automatic: true, edits: [edit] }] } : {}),
      };
    }
  },
};

/** Whether the call's own options answer, or leave nothing to ask. */
function answers(call: AptCall): boolean {
  const names = ["yes", "assume-yes", "force-yes", "assume-no", "trivial-only"];
  return (
    hasOption(call, names[0]!, "y") ||
    names.some((name) => hasOption(call, name)) ||
    (call.tool !== "aptitude" && quietLevel(call) >= 2) ||
    isYes(call.settings.get("apt::get::assume-yes")) ||
    isYes(call.settings.get("apt::get::force-yes")) ||
    isYes(call.settings.get("aptitude::cmdline::assume-yes")) ||
    isSimulated(call)
  );
}

function isYes(value: string | undefined): boolean {
  return value !== undefined && !/^(false|no|off|without|disable|0)$/i.test(value);
}

/** Whether something outside the call answers: apt's configuration, a pipe, a redirected input. */
function isAnswered(run: RunInstruction, call: AptCall, configs: AptConfigs): boolean {
  const { context, node } = call.invocation;
  if (context.fedBy.length > 0) return true;
  const config: AptConfig = configs.for(call, run);
  if (config.assumesYes || config.unknown || hasOption(call, "config-file", "c")) return true;
  return (
    node?.redirects.some(
      (redirect) =>
        redirect.type !== "Redirect" ||
        (/^<[>&]?$/.test(redirect.operator) && redirect.target?.value !== "/dev/null"),
    ) ?? false
  );
}
