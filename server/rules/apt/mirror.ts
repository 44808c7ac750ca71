import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { osTitle } from "../../../core/image/os-support.ts";
import { insertCommandBefore } from "../../fixes/insert-command.ts";
import { chainFacts } from "../chain-facts.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { aptRuns, callSpan } from "./apt-run.ts";
import { needsSudo } from "./clean-up.ts";
import { type MirrorEvent, MirrorStates } from "./mirror-state.ts";
import { oldSources, replacedHosts } from "./sources-edit.ts";

/** Package lists fetched past the lab's mirror, and a mirror that is set in a file which does not count any more. */
export const mirror: Rule = {
  code: "apt/mirror",
  severity: "info",
  summary:
    "apt fetches its packages past the lab's mirror, or a mirror is set where the release does not look.",
  why:
    "A mirror next door (`aptMirror` in the lab's manifest) is faster than the archive across the ocean, and there when " +
    "that is not. Which file names the archive depends on the release: `/etc/apt/sources.list` up to Ubuntu 23.04 and " +
    "Debian 11, then `/etc/apt/sources.list.d/ubuntu.sources` and `debian.sources`. On Ubuntu 24.04 a `sed` on the old " +
    "file changes a comment and nothing else; on Debian 12 there is no such file, and the build fails.",
  exampleLab: { aptMirror: "ubuntu.ethz.ch" },
  examples: [
    {
      title: "no mirror",
      bad:
        "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04\nRUN apt-get update \\\n" +
        "\t&& apt-get --no-install-recommends -y install git \\\n\t&& apt-get clean && rm -rf /var/lib/apt/lists/*\n",
      good:
        "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04\n" +
        "RUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list && apt-get update \\\n" +
        "\t&& apt-get --no-install-recommends -y install git \\\n\t&& apt-get clean && rm -rf /var/lib/apt/lists/*\n",
      at: ["apt-get update"],
    },
    {
      title: "the guide's line on a release that keeps its sources elsewhere",
      bad:
        "FROM nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04\n" +
        "RUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list \\\n\t&& apt-get update\n",
      good:
        "FROM nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04\n" +
        "RUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list.d/ubuntu.sources \\\n\t&& apt-get update\n",
      at: ["/etc/apt/sources.list"],
    },
    {
      title: "no such file",
      bad: "FROM python:3.11-slim-bookworm\nRUN sed -i s/deb.debian.org/debian.ethz.ch/g /etc/apt/sources.list\n",
      good:
        "FROM python:3.11-slim-bookworm\n" +
        "RUN sed -i s/deb.debian.org/debian.ethz.ch/g /etc/apt/sources.list.d/debian.sources\n",
      at: ["/etc/apt/sources.list"],
    },
    {
      title: "in a here-document",
      bad: "FROM ubuntu:24.04\nRUN <<EOF\nset -e\nsudo apt-get update\nsudo apt-get install -y git\nEOF\n",
      good:
        "FROM ubuntu:24.04\nRUN <<EOF\nset -e\n" +
        "sudo sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list.d/ubuntu.sources\n" +
        "sudo apt-get update\nsudo apt-get install -y git\nEOF\n",
      at: ["apt-get update"],
    },
  ],
  fine: [
    "FROM ubuntu:22.04 AS os\nRUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list && apt-get update\n" +
      "FROM os\nRUN apt-get update && apt-get install -y git\n",
    "FROM ubuntu:24.04\nCOPY ubuntu.sources /etc/apt/sources.list.d/ubuntu.sources\nRUN apt-get update\n",
    "# Which release this is, is not known here.\nARG BASE_IMG\nFROM ${BASE_IMG}\nRUN apt-get update\n",
    "# A mirror of Ubuntu has no packages of Debian.\nFROM debian:12-slim\nRUN apt-get update\n",
    "FROM ubuntu:24.04\nRUN sed -i s/archive.ubuntu.com/ubuntu.ethz.ch/ /etc/apt/sources.list /etc/apt/sources.list.d/ubuntu.sources\n",
  ],
  *check({ dockerfile, lab, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const runs = facts.get(aptRuns);
    const pure = new Set(runs.filter((each) => each.pure).map(({ run }) => run));
    const { events } = new MirrorStates(dockerfile, lab, facts.get(chainFacts), runs);
    for (const event of events) {
      if (event.kind === "no-effect") yield* noEffect(dockerfile, event);
      // An update on its own is to be joined with its install first.
      else yield noMirror(dockerfile, event, lab.values.aptMirror!, !pure.has(event.run));
    }
  },
};

type EventOf<Kind> = Extract<MirrorEvent, { readonly kind: Kind }>;

function noMirror(
  dockerfile: Dockerfile,
  event: EventOf<"no-mirror">,
  host: string,
  fixable: boolean,
): RuleReport {
  const { run, update, sources } = event;
  const archive = sources.hosts[0]!;
  const command = `sed 's@${archive}@${host}@' -i ${sources.path}`;
  const sudo = needsSudo(update.invocation, run.shell.invocations) ? "sudo " : "";
  const edit = fixable && insertCommandBefore(dockerfile, update.invocation, `${sudo}${command}`);
  return {
    span: update.call ? callSpan(update.call) : update.invocation.span,
    message:
      `apt fetches its packages from ${archive}, and the lab has a mirror next door, ${host}. ` +
      `Before this update, write \`${command}\`.`,
    ...(edit && { fixes: [{ title: `Use the mirror ${host}`, automatic: true, edits: [edit] }] }),
  };
}

function* noEffect(dockerfile: Dockerfile, event: EventOf<"no-effect">): Iterable<RuleReport> {
  const { edit, os, sources } = event;
  const fitting =
    edit.script !== null && replacedHosts(edit.script)?.some((host) => sources.hosts.includes(host));
  for (const { span } of edit.oldPaths) {
    const written = dockerfile.text.slice(span.start, span.end);
    const at = written.indexOf(oldSources);
    const start = span.start + at;
    const path: Edit = { span: { start, end: start + oldSources.length }, newText: sources.path };
    const what = sources.emptyList
      ? `This changes nothing: ${osTitle(os)} keeps apt's addresses in ${sources.path}, and only a comment here`
      : `This fails: ${osTitle(os)} has no such file, it keeps apt's addresses in ${sources.path}`;
    yield {
      span,
      severity: "warning",
      message: `${what}. Edit that file.`,
      ...(fitting && at >= 0 && !edit.otherPaths
        ? { fixes: [{ title: `Edit ${sources.path}`, automatic: true, edits: [path] }] }
        : {}),
    };
  }
}
