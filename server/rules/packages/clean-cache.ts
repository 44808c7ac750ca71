import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { cleanUpBehind } from "../../fixes/clean-up-behind.ts";
import { insertCommandBehind } from "../../fixes/insert-behind.ts";
import { type LateCleanupRemoval, lateCleanupRemoval } from "../layer/late-cleanups.ts";
import { lastOfflineUse } from "../offline-use.ts";
import { pipConfigured } from "../pip/pip-cache.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { ApkIndexes } from "./apk-index.ts";
import { type CacheLeftByTool, cachesLeft, cleanCommand } from "./caches-left.ts";
import { pipxReports } from "./pipx-cache.ts";

/** Package managers other than apt, pip, conda and uv that leave their caches in a layer. */
export const cleanCache: Rule = {
  code: "packages/clean-cache",
  severity: "info",
  summary: "dnf, yum, zypper, apk, npm, yarn, poetry or pipx leaves its cache in the layer.",
  why: `Every package manager keeps what it downloads, or the index of what there is, for the next time. In an image
there is no next time, yet each push and pull carries it. Where the tool has an option that keeps nothing
(\`apk add --no-cache\`), it is the best answer; else its cache is cleaned in the same \`RUN\`. A cache mount is right too.`,
  examples: [
    {
      title: "dnf",
      bad: `FROM rockylinux:9
RUN dnf install -y epel-release \\
    && dnf install -y --nodocs hdf5
`,
      good: `FROM rockylinux:9
RUN dnf install -y epel-release \\
    && dnf install -y --nodocs hdf5 \\
    && dnf clean all
`,
      at: ["dnf install"],
    },
    {
      title: "apk needs no update",
      bad: `FROM alpine:3.20
RUN apk update && apk add python3 py3-pip
`,
      good: `FROM alpine:3.20
RUN apk add --no-cache python3 py3-pip
`,
      at: ["apk update"],
    },
    {
      title: "npm",
      bad: `FROM node:20
RUN npm install -g pyright@1.1.350
`,
      good: `FROM node:20
RUN npm install -g pyright@1.1.350 && npm cache clean --force
`,
      at: ["npm install"],
    },
    {
      title: "poetry",
      bad: `FROM python:3.11
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --only main
`,
      good: `FROM python:3.11
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --only main && rm -rf ~/.cache/pypoetry/cache ~/.cache/pypoetry/artifacts
`,
      at: ["poetry install"],
    },
    {
      title: "pipx",
      bad: `FROM python:3.11
RUN pipx install ruff
`,
      good: `FROM python:3.11
RUN pipx install --pip-args=--no-cache-dir ruff
`,
      at: ["pipx install"],
    },
  ],
  fine: [
    `FROM rockylinux:9
RUN dnf install -y hdf5 && dnf clean all && rm -rf /var/cache/dnf
`,
    `FROM alpine:3.20
RUN apk add --no-cache ffmpeg
`,
    `FROM node:20
RUN --mount=type=cache,target=/root/.npm npm ci
`,
    `FROM node:20 AS site
RUN npm ci && npm run build
FROM nginx:1.27
COPY --from=site /dist /usr/share/nginx/html
`,
    `FROM python:3.11
RUN poetry install && rm -rf ~/.cache/pypoetry
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const shipped = shippedStages(dockerfile);
    const lateRemoval = facts.get(lateCleanupRemoval);
    const configured = facts.get(pipConfigured);
    const apk = new ApkIndexes(dockerfile);
    for (const instruction of dockerfile.instructions) {
      if (instruction.kind === "RUN" && instruction.stage && shipped.has(instruction.stage)) {
        for (const left of cachesLeft(dockerfile, instruction)) {
          if (left.cache === "apk") yield apk.report(instruction, left, lateRemoval);
          else yield report(dockerfile, instruction, left, lateRemoval, facts.get(lastOfflineUse));
        }
        if (!configured.has(instruction)) yield* pipxReports(dockerfile, instruction);
      }
    }
  },
};

function report(
  dockerfile: Dockerfile,
  run: RunInstruction,
  left: CacheLeftByTool,
  lateRemoval: LateCleanupRemoval,
  offline: number,
): RuleReport {
  const { cache, calls } = left;
  const [first] = calls;
  const edit = cleanUpEdit(dockerfile, run, left);
  const shown = cleanCommand(cache, first, true) ?? `${first.invocation.name} clean`;
  return {
    span: first.span,
    message: `${first.invocation.name} leaves ${what(cache)} in this layer; end the same RUN with \`${shown}\`.`,
    ...(edit && {
      fixes: [
        {
          title: "Clean up in the same RUN",
          // Newer releases of yarn run the packages out of their cache, and a later command may install from it.
          automatic:
            (cache !== "yarn" || calls.every(({ classicYarn }) => classicYarn)) && offline < first.span.end,
          edits: [edit, ...lateRemoval(new Set([run]), new Set([cache]))],
        },
      ],
    }),
  };
}

function cleanUpEdit(
  dockerfile: Dockerfile,
  run: RunInstruction,
  { cache, calls }: CacheLeftByTool,
): Edit | undefined {
  const { invocations } = run.shell;
  const last = calls.at(-1)!;
  const behind = invocations.slice(invocations.indexOf(last.invocation) + 1);
  // The tool itself may be what a later command of the RUN removes.
  const removes = behind.some(({ args }) =>
    args.some(({ value }) => /^(purge|remove|autoremove|erase|del)$/.test(value ?? "")),
  );
  if (!removes)
    return cleanUpBehind(
      dockerfile,
      run,
      calls,
      () => true,
      (call) => cleanCommand(cache, call),
    );
  const command = calls.length === 1 ? cleanCommand(cache, last) : undefined;
  return command === undefined ? undefined : insertCommandBehind(last.invocation, command);
}

function what(cache: CacheLeftByTool["cache"]): string {
  return cache === "rpm" || cache === "zypper"
    ? "the repositories' metadata and the packages it downloaded"
    : "the packages it downloaded";
}
