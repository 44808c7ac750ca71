import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { lastOfflineUse } from "../offline-use.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import type { Cache } from "./cache-tools.ts";
import { type LateCleanup, lateCleanups } from "./find-late-cleanups.ts";
import { moveCleanup } from "./move-cleanup.ts";
import { lineOf } from "./run-order.ts";

/** layer/late-cleanup: a cache deleted in a later RUN than the one that made it. */
export const lateCleanup: Rule = {
  code: "layer/late-cleanup",
  severity: "warning",
  summary: "A cache or package list is deleted in a later RUN than the one that made it: its bytes stay.",
  why: `Each \`RUN\` is a layer on top of the one before it. Deleting a file in a later layer only hides it: whoever
pulls the image still loads the package lists, the downloaded packages or the wheels that the earlier layer holds. A
clean-up saves space only in the \`RUN\` that made what it deletes, behind the command that made it.`,
  examples: [
    {
      title: "package lists deleted in a RUN of their own",
      bad: `FROM ubuntu:22.04
RUN apt-get update \\
    && apt-get install -y --no-install-recommends git
RUN rm -rf /var/lib/apt/lists/*
`,
      good: `FROM ubuntu:22.04
RUN apt-get update \\
    && apt-get install -y --no-install-recommends git \\
    && rm -rf /var/lib/apt/lists/*
`,
      at: ["rm -rf /var/lib/apt/lists/*"],
    },
    {
      title: "everything cleaned at the end of the file",
      bad: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip
RUN pip install --no-cache-dir numpy
RUN apt-get clean && rm -rf /var/lib/apt/lists/*
`,
      good: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip && apt-get clean && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir numpy
`,
      at: ["apt-get clean", "rm -rf /var/lib/apt/lists/*"],
    },
    {
      title: "the cache among other things that a later RUN deletes",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
RUN conda install -y -c conda-forge ffmpeg && \\
    conda list
RUN pip install --no-cache-dir av && rm -rf /tmp/build /opt/conda/pkgs
`,
      good: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
RUN conda install -y -c conda-forge ffmpeg && \\
    conda list && \\
    rm -rf /opt/conda/pkgs
RUN pip install --no-cache-dir av && rm -rf /tmp/build
`,
      at: ["rm -rf /tmp/build /opt/conda/pkgs"],
    },
    {
      title: "lists that the RUN in between still needs",
      bad: `FROM ubuntu:22.04
RUN apt-get update
RUN apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
`,
      at: ["rm -rf /var/lib/apt/lists/*"],
    },
  ],
  fine: [
    `FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
`,
    `# The lists are those of the base image: nothing here made them.
FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN rm -rf /var/lib/apt/lists/*
`,
    `FROM python:3.12-slim
RUN --mount=type=cache,target=/root/.cache/pip pip install torch
RUN rm -rf /root/.cache/pip
`,
    `# Only the last stage is shipped.
FROM ubuntu:22.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++
RUN rm -rf /var/lib/apt/lists/*
FROM ubuntu:22.04
COPY --from=build /opt/tool /opt/tool
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const inOrder = facts
      .get(lateCleanups)
      .toSorted((a, b) => a.invocation.span.start - b.invocation.span.start);
    for (const cleanup of inOrder) yield report(dockerfile, cleanup, facts.get(lastOfflineUse));
  },
};

function report(dockerfile: Dockerfile, cleanup: LateCleanup, offline: number): RuleReport {
  const { invocation, late } = cleanup;
  const span = {
    start: invocation.word.span.start,
    end: Math.max(...late.map(({ cleaned }) => cleaned.word.span.end)),
  };
  const left = late.flatMap((each) => each.left);
  const what = [...new Set(left.map(({ made }) => contents(made.cache)))].join(" and ");
  const lines = [...new Set(left.map((each) => lineOf(dockerfile, each.run)))].sort((a, b) => a - b);
  const makers = `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`;
  // Docker Hub's Debian and Ubuntu images delete downloaded packages by themselves (/etc/apt/apt.conf.d/docker-clean):
  // measured, moving the clean-up saves nothing there.
  const small = left.every(({ made }) => made.cache === "apt-archives");
  const move = moveCleanup(dockerfile, cleanup);
  // Without the move a RUN in between may need them.
  const lists = !move && left.some(({ made }) => made.cache === "apt-lists");
  const message =
    `Deletes ${what} in a later layer than the RUN that left them there (${makers}): they are hidden, but whoever ` +
    `pulls the image still loads them${small ? ", unless the base image makes apt delete them at once" : ""}. ` +
    (lists ? "Fetch, use and delete them in one RUN." : "Delete them at the end of that RUN.");
  const common = { span, message, ...(small ? { severity: "info" as const } : {}) };
  if (!move) return common;
  const into = move.into.map((each) => lineOf(dockerfile, each)).join(" and ");
  const title = `Move the clean-up into the RUN of line ${into}`;
  // What a command in between works offline with, or puts into a folder that is deleted whole, is the author's to know.
  const automatic = move.same && move.into.every(({ span: { end } }) => offline < end);
  return { ...common, fixes: [{ title, automatic, edits: move.edits }] };
}

function contents(cache: Cache | undefined): string {
  switch (cache) {
    case "apt-lists":
      return "the apt package lists (about 40 MB)";
    case "apt-archives":
      return "the downloaded apt packages";
    case "pip":
      return "pip's cache of downloaded packages";
    case "conda":
      return "conda's downloaded packages";
    case undefined:
      return "caches";
    default:
      return `the downloads that ${cache === "rpm" ? "dnf" : cache} keeps`;
  }
}
