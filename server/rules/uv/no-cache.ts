import { type UvCall, uvCall } from "../../../core/commands/uv.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { type CachePlace, cacheBelowHome, isMounted, isRemovedAfter } from "../cache-place.ts";
import type { Facts } from "../facts.ts";
import { lastOfflineUse } from "../offline-use.ts";
import { type Environment, RunEnvironment } from "../pip/pip-cache.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";

/** uv that leaves its cache in a layer. */
export const noCache: Rule = {
  code: "uv/no-cache",
  severity: "warning",
  summary: "uv leaves its cache in the layer.",
  why: `uv keeps what it downloads and builds in \`~/.cache/uv\`, to link it into the next environment. In an image there
is no next one, yet each push and pull carries what lies there: source archives, wheels that it built, and with
\`UV_LINK_MODE=copy\` every package a second time. \`--no-cache\` keeps it out. So do \`UV_NO_CACHE=1\`, a cache mount over
the folder, and \`uv cache clean\` in the same RUN.`,
  examples: [
    {
      title: "an install",
      bad: `FROM python:3.12-slim
RUN uv pip install --system torch==2.4.0
`,
      good: `FROM python:3.12-slim
RUN uv pip install --no-cache --system torch==2.4.0
`,
      at: ["uv pip install"],
    },
    {
      title: "a project",
      bad: `FROM python:3.12-slim
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev && \\
    python -m uv add einops
`,
      good: `FROM python:3.12-slim
COPY pyproject.toml uv.lock ./
RUN uv sync --no-cache --frozen --no-dev && \\
    python -m uv add --no-cache einops
`,
      at: ["uv sync", "python -m uv add"],
    },
    {
      title: "cleaned too late",
      bad: `FROM python:3.12-slim
RUN uv pip install --system numpy
RUN uv cache clean
`,
      good: `FROM python:3.12-slim
RUN uv pip install --no-cache --system numpy
RUN uv cache clean
`,
      at: ["uv pip install"],
    },
  ],
  fine: [
    `FROM python:3.12-slim
RUN uv --no-cache pip install --system numpy
`,
    `FROM python:3.12-slim
ENV UV_NO_CACHE=1
RUN uv sync --frozen
`,
    `FROM python:3.12-slim
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen
`,
    `FROM python:3.12-slim
RUN uv sync --frozen && uv cache clean
`,
    `FROM python:3.12-slim AS build
RUN uv sync --frozen
FROM python:3.12-slim
COPY --from=build /app/.venv /app/.venv
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const shipped = shippedStages(dockerfile);
    for (const run of dockerfile.instructions) {
      if (run.kind === "RUN" && run.stage && shipped.has(run.stage)) yield* checkRun(dockerfile, run, facts);
    }
  },
};

function* checkRun(dockerfile: Dockerfile, run: RunInstruction, facts: Facts): Iterable<RuleReport> {
  const { invocations } = run.shell;
  const calls = invocations.map(uvCall);
  if (!calls.some(Boolean)) return;
  const emptied = calls.findLastIndex((call) => /^(cache (clean|prune)|clean)$/.test(call?.command ?? ""));
  const environment = new RunEnvironment(run);
  for (const [index, invocation] of invocations.entries()) {
    environment.follow(invocation);
    const call = calls[index];
    if (!call || call.open || index < emptied || !fillsCache(call)) continue;
    const place = cachePlace(call, environment.of(invocation));
    if (!place || isMounted(dockerfile, run, place) || isRemovedAfter(run, index, place)) continue;
    yield report(call, facts.get(lastOfflineUse));
  }
}

/** `offline`: where the last command of the file installs from what lies in the cache. */
function report(call: UvCall, offline: number): RuleReport {
  const { command, commandWord, invocation, span } = call;
  // In a nested script a variable's text may hold more than the word that was read from it.
  const mayInsert = !(commandWord.substituted && invocation.script.depth > 0);
  const edit = mayInsert ? insertWords(invocation, commandWord, ["--no-cache"]) : undefined;
  return {
    span,
    message: `uv leaves what it downloads and builds in this layer, in its cache; write \`uv ${command} --no-cache\`.`,
    ...(edit && { fixes: [{ title: "Add --no-cache", automatic: offline < span.end, edits: [edit] }] }),
  };
}

const commands = new Set(["pip install", "pip sync", "sync", "add", "tool install"]);
const without = [
  "--dry-run",
  "--help",
  "-h",
  "--version",
  "-V",
  "--no-cache",
  "--no-cache-dir",
  "-n",
  "--no-sync",
  "--offline",
];

function fillsCache({ command, options }: UvCall): boolean {
  return command !== undefined && commands.has(command) && !without.some((name) => options.has(name));
}

/** `.cache` and `.cache/uv` of any home, and the homes themselves. */
const usual = /(^|\/)\.cache(\/uv)?$|^~$|^\/root$|^\/home(\/[^/]+)?$|^\/$/;

/** Where the call's cache lies; undefined when it has none, or configuration that is not known here decides. */
function cachePlace({ options }: UvCall, environment: Environment): CachePlace | undefined {
  const off = environment("UV_NO_CACHE");
  if (off !== undefined && !/^(0|f|false|n|no|off)$/i.test(off ?? "")) return undefined;
  if (environment("UV_CONFIG_FILE") !== undefined || options.has("--config-file")) return undefined;
  const option = options.get("--cache-dir");
  if (option !== undefined) return { path: option, usual };
  return cacheBelowHome(environment, "UV_CACHE_DIR", "uv", usual);
}
