import { type CondaCall, condaCall, hasCondaOption } from "../../../core/commands/conda.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { lookupAt, type RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { cleanUpBehind } from "../../fixes/clean-up-behind.ts";
import { neverReached } from "../../fixes/ends-script.ts";
import { type CachePlace, isMounted, isRemovedAfter } from "../cache-place.ts";
import { type LateCleanupRemoval, lateCleanupRemoval } from "../layer/late-cleanups.ts";
import { lastOfflineUse } from "../offline-use.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";

/** conda, mamba or micromamba that fills its package cache and leaves it in the layer. */
export const condaClean: Rule = {
  code: "conda/clean",
  severity: "warning",
  summary: "conda leaves its package cache in the layer.",
  why: `conda keeps each archive that it downloads, what it unpacks from them, and the index of every channel in its
\`pkgs\` folder: for an environment with PyTorch and CUDA that is gigabytes. A \`conda clean\` in a later RUN does not make
the image smaller, because the bytes stay in the layer below: it belongs into the same RUN.`,
  examples: [
    {
      title: "an install",
      bad: `FROM continuumio/miniconda3:24.7.1-0
RUN conda install -y -c conda-forge numpy scipy
`,
      good: `FROM continuumio/miniconda3:24.7.1-0
RUN conda install -y -c conda-forge numpy scipy && conda clean --all --yes
`,
      at: ["conda install"],
    },
    {
      title: "an environment, in the author's style",
      bad: `FROM condaforge/miniforge3:24.3.0-0
COPY environment.yml /tmp/
RUN mamba env create -f /tmp/environment.yml \\
    && mamba run -n train python -c "import torch"
`,
      good: `FROM condaforge/miniforge3:24.3.0-0
COPY environment.yml /tmp/
RUN mamba env create -f /tmp/environment.yml \\
    && mamba run -n train python -c "import torch" \\
    && mamba clean --all --yes
`,
      at: ["mamba env create"],
    },
    {
      title: "cleaned too early",
      bad: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
RUN /opt/conda/bin/conda install -y python=3.11 && \\
    /opt/conda/bin/conda clean -afy && \\
    /opt/conda/bin/conda install -y pytorch
`,
      good: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
RUN /opt/conda/bin/conda install -y python=3.11 && \\
    /opt/conda/bin/conda clean -afy && \\
    /opt/conda/bin/conda install -y pytorch && \\
    /opt/conda/bin/conda clean --all --yes
`,
      at: ["/opt/conda/bin/conda install"],
    },
    {
      title: "only in a branch",
      bad: `FROM mambaorg/micromamba:1.5.8
RUN if [ -f env.yml ]; then micromamba install -y -n base -f env.yml; fi
`,
      good: `FROM mambaorg/micromamba:1.5.8
RUN if [ -f env.yml ]; then micromamba install -y -n base -f env.yml && micromamba clean --all --yes; fi
`,
      at: ["micromamba install"],
    },
  ],
  fine: [
    `FROM continuumio/miniconda3:24.7.1-0
RUN conda install -y numpy && conda clean -afy
`,
    `FROM mambaorg/micromamba:1.5.8
RUN micromamba create -y -n train python=3.11 && micromamba install -y -n train numpy && micromamba clean --all --yes
`,
    `FROM continuumio/miniconda3:24.7.1-0
RUN --mount=type=cache,target=/opt/conda/pkgs conda install -y numpy
`,
    `FROM continuumio/miniconda3:24.7.1-0
RUN conda install -y numpy && rm -rf /opt/conda/pkgs/*
`,
    `FROM continuumio/miniconda3:24.7.1-0 AS build
RUN conda install -y conda-pack
FROM nvidia/cuda:12.2.2-base-ubuntu22.04
COPY --from=build /venv /venv
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const shipped = shippedStages(dockerfile);
    const lateRemoval = facts.get(lateCleanupRemoval);
    for (const run of dockerfile.instructions) {
      if (run.kind !== "RUN" || !run.stage || !shipped.has(run.stage)) continue;
      const left = callsLeft(dockerfile, run);
      if (left.length > 0) yield report(dockerfile, run, left, lateRemoval, facts.get(lastOfflineUse));
    }
  },
};

/** The calls whose cache the RUN leaves behind, in order. */
function callsLeft(dockerfile: Dockerfile, run: RunInstruction): CondaCall[] {
  const { invocations } = run.shell;
  const calls = invocations.map(condaCall);
  const unreached = neverReached(invocations);
  const cleaned = calls.findLastIndex(
    (call) => call?.command === "clean" && !hasCondaOption(call, ...idle) && !unreached.has(call.invocation),
  );
  return calls.flatMap((call, index) => {
    if (!call || index < cleaned || !fillsCache(call)) return [];
    const place: CachePlace = { path: packageFolder(dockerfile, run, call), usual };
    return isMounted(dockerfile, run, place) || isRemovedAfter(run, index, place) ? [] : [call];
  });
}

function report(
  dockerfile: Dockerfile,
  run: RunInstruction,
  left: readonly CondaCall[],
  lateRemoval: LateCleanupRemoval,
  offline: number,
): RuleReport {
  const first = left[0]!;
  const edit = cleanUpBehind(dockerfile, run, left, isSameAtEnd, cleanCommand);
  return {
    span: first.span,
    message:
      `${first.tool} leaves the packages it downloaded and the channels' index in this layer, often gigabytes; ` +
      `end the same RUN with \`${first.tool} clean --all --yes\`.`,
    ...(edit && {
      fixes: [
        {
          title: "Clean up in the same RUN",
          // A later command that works offline takes its packages from there.
          automatic: offline < first.span.end,
          edits: [edit, ...lateRemoval(new Set([run]), new Set(["conda"]))],
        },
      ],
    }),
  };
}

/** What the tool was called through has to be there again where it decides as whom, or with what path, it runs. */
const decisive = new Set(["conda", "doas", "env", "gosu", "mamba", "micromamba", "setpriv", "sudo"]);
const passing = new Set([
  "command",
  "eatmydata",
  "ionice",
  "nice",
  "nohup",
  "stdbuf",
  "time",
  "timeout",
  "xargs",
]);
const decisiveVariables = /^(PATH|HOME|LD_LIBRARY_PATH|(CONDA|MAMBA)_.*)$/;

/** `clean` of the tool as its author calls it; undefined where the call cannot be written again. */
function cleanCommand({ invocation, tool, options }: CondaCall): string | undefined {
  const { word, through, environment, node, args, script } = invocation;
  if (!node) return undefined;
  const text = script.source.text;
  const leads =
    through.some((wrapper) => wrapper !== "env" && decisive.has(wrapper)) ||
    [...environment.keys()].some((name) => decisiveVariables.test(name));
  if (leads && through.some((wrapper) => !decisive.has(wrapper))) return undefined;
  if (through.some((wrapper) => !decisive.has(wrapper) && !passing.has(wrapper))) return undefined;
  const lead = leads ? text.slice(node.pos, word.written.pos) : "";
  // A variable that holds more than the program's name cannot be called with another command.
  if (args.some(({ written }) => written.pos === word.written.pos)) return undefined;
  const program = text.slice(word.written.pos, word.written.end);
  const root = tool === "micromamba" ? options.find(({ prefix }) => rootOption.test(prefix)) : undefined;
  const rootValue = root?.prefix.includes("=") ? root : root && args[args.indexOf(root) + 1];
  const rootText = root && rootValue && ` ${text.slice(root.written.pos, rootValue.written.end)}`;
  const command = `${lead}${program} clean --all --yes${rootText ?? ""}`;
  return command.includes("\n") || /\s{2}|\\/.test(command) ? undefined : command;
}

const rootOption = /^(-r$|--root-prefix(=|$))/;

/** `./miniconda/bin/conda` is no longer there behind a `cd`, `$loop_variable/bin/conda` is another one at the end. */
function isSameAtEnd({ invocation: { word, context } }: CondaCall): boolean {
  if (word.substituted && context.conditional) return false;
  return !word.prefix.includes("/") || /^[/~]/.test(word.prefix);
}

const commands = new Set(["install", "update", "upgrade", "create", "env create", "env update"]);
const idle = ["--dry-run", "-d", "--help", "-h"];

function fillsCache(call: CondaCall): boolean {
  if (call.command === undefined || !commands.has(call.command)) return false;
  // The cache is what `--download-only` is for, and where `--clone` takes its packages from.
  return !hasCondaOption(call, ...idle, "--download-only", "--clone", "--offline");
}

/** The package folder of any installation, and the folders around it. */
const usual = /(^|\/)pkgs$|(^|\/)\.?[a-z]*(conda|forge|mamba)\d*$|^\/opt$|^~$|^\/root$|^\/$/i;

/** Where packages are kept when something says so; `null` for what a configuration sets, undefined by default. */
function packageFolder(
  dockerfile: Dockerfile,
  run: RunInstruction,
  { invocation }: CondaCall,
): string | null | undefined {
  const own = invocation.environment.get("CONDA_PKGS_DIRS");
  const set = own === undefined ? lookupAt(run)("CONDA_PKGS_DIRS") : own;
  if (set === undefined) return /\b(pkgs_dirs|CONDA_PKGS_DIRS)\b/.test(dockerfile.text) ? null : undefined;
  return set;
}
