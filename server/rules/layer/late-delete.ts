import { posix } from "node:path";
import { isRepositoryPackage } from "../../../core/commands/archive.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import type { BroughtFile } from "./brought-files.ts";
import { fileHistory, type LateDeletion } from "./file-history.ts";
import { bindMount, oneRun } from "./late-delete-fixes.ts";

/** layer/late-delete: a file that an earlier layer brought and a later RUN deletes. */
export const lateDelete: Rule = {
  code: "layer/late-delete",
  severity: "warning",
  summary: "A file that COPY, ADD, a download or git brought is deleted in a later layer: its bytes stay.",
  why: `Each instruction is a layer on top of the one before it. A file that a later \`RUN\` deletes is hidden, and
whoever pulls the image still loads it. What is fetched only for the build is fetched, used and deleted in one \`RUN\`.
What \`COPY\` brings only for one \`RUN\` is better mounted into it: \`RUN --mount=type=bind,source=…,target=…\`.`,
  examples: [
    {
      title: "an archive fetched in one RUN and deleted in another",
      bad: `FROM ubuntu:22.04
RUN wget -q https://example.org/weights/resnet50.zip -O /tmp/w.zip && unzip /tmp/w.zip -d /models
RUN rm /tmp/w.zip
`,
      at: ["/tmp/w.zip"],
    },
    {
      title: "wheels that are copied, installed and deleted",
      bad: `FROM python:3.11
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir /wheels/*.whl && rm -rf /wheels
`,
      at: ["/wheels"],
    },
    {
      title: "a clone's history",
      bad: `FROM ubuntu:22.04
RUN git clone https://github.com/kaldi-asr/kaldi.git /opt/kaldi
RUN cd /opt/kaldi/src && make -j8 && rm -rf /opt/kaldi/.git
`,
      at: ["/opt/kaldi/.git"],
    },
  ],
  fine: [
    `FROM ubuntu:22.04
RUN wget -q https://example.org/w.zip -O /tmp/w.zip && unzip /tmp/w.zip -d /models && rm /tmp/w.zip
`,
    `FROM python:3.11
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels pip install --no-cache-dir /wheels/*.whl
`,
    `# What the base image holds is no matter of this file.
FROM ubuntu:22.04
RUN rm -f /etc/apt/sources.list.d/cuda.list
`,
    `FROM ubuntu:22.04 AS build
COPY src /src
RUN make -C /src install && rm -rf /src
FROM ubuntu:22.04
COPY --from=build /usr/local /usr/local
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const late = [...facts.get(fileHistory).lateDeletions];
    late.sort((a, b) => start(a) - start(b));
    for (const each of late) {
      const found = report(dockerfile, each);
      if (found) yield found;
    }
  },
};

function start({ deletion }: LateDeletion): number {
  return deletion.word?.span.start ?? 0;
}

/** Files that are text of a few kilobytes by their look: worth a word, no warning. */
const smallCopied =
  /\.(txt|ya?ml|toml|cfg|ini|conf|json|md|sh|bash|py|lock|list|asc|gpg|key|pub|patch|diff|env|rc|cmake)$|(^|\/)(Makefile|LICENSE)$/i;
/** What is fetched as a script may be an installer of hundreds of megabytes. */
const smallFetched = /\.(txt|ya?ml|toml|cfg|list|asc|gpg|key|pub|patch|diff|py)$/i;

function isSmall({ tree, path, suffix, fetched }: BroughtFile): boolean {
  const name = path ?? suffix;
  if (/\.(?:deb|rpm)$/i.test(name) && isRepositoryPackage(posix.basename(name))) return true;
  return !tree && (fetched ? smallFetched : smallCopied).test(name);
}

function report(dockerfile: Dockerfile, late: LateDeletion): RuleReport | undefined {
  const { deletion, files, histories } = late;
  const { word } = deletion;
  if (!word) return undefined;
  const all = [...files, ...histories];
  const names = [...new Set(all.map(nameOf))];
  const listed =
    names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(" and ");
  const lines = [...new Set(all.map(({ span }) => dockerfile.lines.lineAt(span.start) + 1))].sort(
    (a, b) => a - b,
  );
  const what = files.length === 0 ? `the history of ${listed}` : listed;
  const came = [...new Set(all.map(({ by }) => by))].join(" and ");
  const copied = all.every(({ fetched }) => !fetched);
  const advice = copied
    ? "Mount it into the RUN that needs it: RUN --mount=type=bind,source=…,target=…."
    : histories.length > 0 && files.length === 0
      ? "Delete it in the RUN that clones, or clone with --depth 1."
      : "Fetch, use and delete in one RUN.";
  const message =
    `Deletes ${what} in a later layer than the ${came} of ${lines.length > 1 ? "lines" : "line"} ${lines.join(", ")}: ` +
    `the bytes stay in the image. ${advice}`;
  const fixes: Fix[] = [];
  const mounted = bindMount(dockerfile, late);
  if (mounted) fixes.push({ title: "Mount it instead of copying it", automatic: false, edits: mounted });
  const joined = oneRun(dockerfile, late);
  if (joined) fixes.push({ title: "Make one RUN of them", automatic: false, edits: joined });
  const slight = all.every(isSmall);
  return {
    span: word.span,
    message,
    ...(slight && { severity: "info" as const }),
    ...(fixes.length > 0 && { fixes }),
  };
}

function nameOf({ path, suffix }: BroughtFile): string {
  const name = posix.basename(path ?? suffix);
  return /[*?]/.test(name) ? (path ?? name) : name || "what was fetched";
}
