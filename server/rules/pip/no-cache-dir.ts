import type { PipCall } from "../../../core/commands/pip.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { type CachePlace, cacheBelowHome, isMounted, isRemovedAfter } from "../cache-place.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import {
  configuredFrom,
  type Environment,
  emptiesCache,
  pipConfigured,
  RunEnvironment,
} from "./pip-cache.ts";
import { pipCalls } from "./pip-calls.ts";

/** `pip install`, `download` or `wheel` that leaves pip's cache in a layer. */
export const noCacheDir: Rule = {
  code: "pip/no-cache-dir",
  severity: "warning",
  summary: "pip leaves its cache in the layer.",
  why: `pip keeps a copy of everything it downloads, and of every wheel it builds, in \`~/.cache/pip\`. In an image nobody
reads that copy, yet each push and pull carries it: with torch and the CUDA wheels it is several gigabytes.
\`--no-cache-dir\` keeps it out. So do \`PIP_NO_CACHE_DIR\`, a cache mount over the folder, and deleting the folder in the
same RUN.`,
  examples: [
    {
      title: "an install",
      bad: `FROM python:3.11
RUN pip install torch==2.4.0 torchvision
`,
      good: `FROM python:3.11
RUN pip install --no-cache-dir torch==2.4.0 torchvision
`,
      at: ["pip install"],
    },
    {
      title: "every spelling of pip",
      bad: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
RUN python3 -m pip install --upgrade pip \\
    && pip3.11 -q install -r requirements.txt \\
    && /opt/venv/bin/pip wheel .
`,
      good: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
RUN python3 -m pip install --no-cache-dir --upgrade pip \\
    && pip3.11 -q install --no-cache-dir -r requirements.txt \\
    && /opt/venv/bin/pip wheel --no-cache-dir .
`,
      at: ["python3 -m pip install", "pip3.11 -q install", "/opt/venv/bin/pip wheel"],
    },
    {
      title: "inside a conda environment",
      bad: `FROM condaforge/miniforge3:24.3.0-0
RUN conda run -n train pip install einops
`,
      good: `FROM condaforge/miniforge3:24.3.0-0
RUN conda run -n train pip install --no-cache-dir einops
`,
      at: ["pip install"],
    },
    {
      title: "exec form",
      bad: `FROM python:3.11
RUN ["pip", "install", "numpy"]
`,
      good: `FROM python:3.11
RUN ["pip", "install", "--no-cache-dir", "numpy"]
`,
      at: ['"pip", "install"'],
    },
  ],
  fine: [
    `FROM python:3.11
RUN pip install numpy --no-cache-dir
`,
    `FROM python:3.11
ENV PIP_NO_CACHE_DIR=1
RUN pip install numpy
`,
    `FROM python:3.11
RUN --mount=type=cache,target=/root/.cache/pip pip install numpy
`,
    `FROM python:3.11
RUN pip install numpy && rm -rf ~/.cache/pip
`,
    `FROM python:3.11 AS build
RUN pip wheel --wheel-dir /wheels .
FROM python:3.11
COPY --from=build /wheels /wheels
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const shipped = shippedStages(dockerfile);
    const configured = facts.get(pipConfigured);
    for (const [run, calls] of facts.get(pipCalls))
      if (run.stage && shipped.has(run.stage) && !configured.has(run))
        yield* checkRun(dockerfile, run, calls);
  },
};

function* checkRun(
  dockerfile: Dockerfile,
  run: RunInstruction,
  calls: ReadonlyMap<Invocation, PipCall>,
): Iterable<RuleReport> {
  const { invocations } = run.shell;
  const emptied = invocations.findLastIndex((each) => {
    const call = calls.get(each);
    return call && emptiesCache(call);
  });
  const configured = configuredFrom(dockerfile.text, run, calls) ?? Number.POSITIVE_INFINITY;
  const environment = new RunEnvironment(run);
  for (const [index, invocation] of invocations.entries()) {
    environment.follow(invocation);
    const call = calls.get(invocation);
    if (!call || call.open || !fillsCache(call) || index < emptied) continue;
    if (call.span.start >= configured) continue;
    const place = cachePlace(call, environment.of(invocation));
    if (!place || isMounted(dockerfile, run, place) || isRemovedAfter(run, index, place)) continue;
    yield report(call);
  }
}

function report(call: PipCall): RuleReport {
  // The last of the two options counts, so `--no-cache-dir` has to stand behind a `--cache-dir`.
  const place = call.options.findLast(({ name }) => name === "cache-dir")?.valueWord;
  const command = call.commandWord!;
  const after = place && place.span.start > command.span.start ? place : command;
  const edit = mayInsert(call) ? insertWords(call.invocation, after, ["--no-cache-dir"]) : undefined;
  return {
    span: call.span,
    message:
      "pip leaves a second copy of what it downloads and builds in this layer, in its cache; " +
      `write \`pip ${call.command} --no-cache-dir\`.`,
    ...(edit && { fixes: [{ title: "Add --no-cache-dir", automatic: true, edits: [edit] }] }),
  };
}

/** In a nested script a variable's text may hold more commands than the one that was read from it. */
function mayInsert({ commandWord, invocation }: PipCall): boolean {
  return !(commandWord!.substituted && invocation.script.depth > 0);
}

const commands = new Set(["install", "download", "wheel"]);
const withoutEffect = new Set(["dry-run", "help", "version"]);
const sources = new Set(["editable", "group", "requirement", "requirements-from-script"]);

function fillsCache({ command, options, targets }: PipCall): boolean {
  if (command === undefined || !commands.has(command)) return false;
  if (options.some(({ name }) => withoutEffect.has(name))) return false;
  return targets.length > 0 || options.some(({ name }) => sources.has(name));
}

/** `.cache` and `.cache/pip` of any home, and the homes themselves. */
const usual = /(^|\/)\.cache(\/pip)?$|^~$|^\/root$|^\/home(\/[^/]+)?$|^\/$/;

/** Where the call's cache lies; undefined when it has none, or configuration that is not known here decides. */
function cachePlace(call: PipCall, environment: Environment): CachePlace | undefined {
  const option = call.options.findLast(({ name }) => name === "no-cache-dir" || name === "cache-dir");
  if (option?.name === "no-cache-dir") return undefined;
  if (option) return option.value === "" ? undefined : { path: option.value ?? null, usual };
  // pip takes any value for a yes, "0" and "false" too.
  if (environment("PIP_NO_CACHE_DIR") !== undefined) return undefined;
  const file = environment("PIP_CONFIG_FILE");
  if (file !== undefined && file !== "" && file !== "/dev/null") return undefined;
  return cacheBelowHome(environment, "PIP_CACHE_DIR", "pip", usual);
}
