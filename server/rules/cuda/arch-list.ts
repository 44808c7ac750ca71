import { compilesFor } from "../../../core/cuda/architectures.ts";
import {
  type ArchitectureVariable,
  type CudaBuild,
  cudaBuilds,
  setupBuild,
} from "../../../core/cuda/compiled-packages.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { BaseFacts } from "../../../core/image/base-facts.ts";
import { chainFacts } from "../chain-facts.ts";
import { RunEnvironment } from "../pip/pip-cache.ts";
import { pipInstallOf } from "../pip/pip-calls.ts";
import type { Fix, Rule, RuleReport } from "../rule.ts";
import { type Checkouts, checkouts } from "./checkouts.ts";

/** Finds CUDA extensions that are compiled with no GPU in sight and no list of architectures. */
export const archList: Rule = {
  code: "cuda/arch-list",
  severity: "info",
  summary: "a CUDA extension compiled with no GPU and no TORCH_CUDA_ARCH_LIST",
  why: `torch asks the GPUs of the machine which architectures to compile an extension for. A build sees none: it stops
there, or the package leaves its CUDA code out without a word and fails in the job. \`TORCH_CUDA_ARCH_LIST\` tells it.
Name the compute capabilities of the lab's GPUs as \`gpuArch\` in \`lab-images.json\`: nothing is compiled in vain.`,
  exampleLab: { gpuArch: ["7.0", "8.0"] },
  examples: [
    {
      title: "an extension from a git repository",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-devel
RUN pip install --no-cache-dir --no-build-isolation git+https://github.com/graphdeco-inria/diff-gaussian-rasterization
`,
      good: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-devel
ENV TORCH_CUDA_ARCH_LIST="7.0;8.0"
RUN pip install --no-cache-dir --no-build-isolation git+https://github.com/graphdeco-inria/diff-gaussian-rasterization
`,
      at: ["git+https://github.com/graphdeco-inria/diff-gaussian-rasterization"],
    },
    {
      title: "from a checkout, with CUDA forced",
      bad: `FROM nvidia/cuda:11.8.0-devel-ubuntu22.04
ENV FORCE_CUDA=1
# The detector's operators.
RUN git clone --depth 1 https://github.com/facebookresearch/detectron2 /opt/detectron2 \\
    && pip install --no-cache-dir -e /opt/detectron2
`,
      good: `FROM nvidia/cuda:11.8.0-devel-ubuntu22.04
ENV FORCE_CUDA=1
ENV TORCH_CUDA_ARCH_LIST="7.0;8.0"
# The detector's operators.
RUN git clone --depth 1 https://github.com/facebookresearch/detectron2 /opt/detectron2 \\
    && pip install --no-cache-dir -e /opt/detectron2
`,
      at: ["/opt/detectron2"],
    },
    {
      title: "tiny-cuda-nn, which reads a variable of its own",
      bad: `FROM nvidia/cuda:11.8.0-devel-ubuntu22.04
RUN pip install --no-cache-dir "git+https://github.com/NVlabs/tiny-cuda-nn#subdirectory=bindings/torch"
`,
      good: `FROM nvidia/cuda:11.8.0-devel-ubuntu22.04
ENV TCNN_CUDA_ARCHITECTURES="70,80"
RUN pip install --no-cache-dir "git+https://github.com/NVlabs/tiny-cuda-nn#subdirectory=bindings/torch"
`,
      at: ['"git+https://github.com/NVlabs/tiny-cuda-nn#subdirectory=bindings/torch"'],
    },
  ],
  fine: [
    `FROM nvidia/cuda:11.8.0-devel-ubuntu22.04
ENV FORCE_CUDA=1 TORCH_CUDA_ARCH_LIST="7.0;8.0"
RUN pip install --no-cache-dir git+https://github.com/facebookresearch/pytorch3d
`,
    `FROM nvidia/cuda:11.8.0-devel-ubuntu22.04
RUN TORCH_CUDA_ARCH_LIST=8.0 pip install --no-cache-dir ./submodules/simple-knn
`,
    "# Without FORCE_CUDA no CUDA code is compiled.\nFROM nvidia/cuda:11.8.0-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch-scatter\n",
    "# Has a list of its own.\nFROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN MAX_JOBS=4 pip install --no-cache-dir --no-build-isolation flash-attn==2.5.8\n",
    "# Sets the variable itself.\nFROM nvcr.io/nvidia/pytorch:23.10-py3\nRUN pip install --no-cache-dir ./submodules/simple-knn\n",
    "# A base that may set it.\nFROM ic-registry.epfl.ch/cvlab/base:ssh\nRUN pip install --no-cache-dir ./submodules/simple-knn\n",
  ],
  *check({ dockerfile, facts: shared, lab }): Iterable<RuleReport> {
    const { gpuArch } = lab.values;
    if (!gpuArch?.length) return;
    const chain = shared.get(chainFacts);
    const reported = new Map<Stage, ReadonlySet<string>>();
    for (const stage of dockerfile.stages) {
      const known = new Set(stage.parent && reported.get(stage.parent));
      const facts = chain.at(stage);
      // Of an image that is not known, nobody knows which variables it sets.
      if (
        facts.os !== undefined &&
        !frameworkImage.test(facts.source) &&
        (facts.cuda?.flavour ?? "devel") === "devel"
      )
        for (const { build, run, variable } of unnamedBuilds(stage, facts, shared.get(checkouts))) {
          if (known.has(variable)) continue;
          known.add(variable);
          yield report(dockerfile, run, build, variable, listFor(variable, gpuArch, facts));
        }
      reported.set(stage, known);
    }
  },
};

/** NVIDIA's images of frameworks set the variable themselves. */
const frameworkImage = /nvcr\.io\/(?!nvidia\/cuda:)/;

interface UnnamedBuild {
  readonly build: CudaBuild;
  readonly run: RunInstruction;
  readonly variable: ArchitectureVariable;
}

/** The builds of a stage that no architectures are named for. */
function* unnamedBuilds(stage: Stage, facts: BaseFacts, folders: Checkouts): Iterable<UnnamedBuild> {
  for (const run of stage.instructions) {
    if (run.kind !== "RUN") continue;
    const environment = new RunEnvironment(run);
    for (const invocation of run.shell.invocations) {
      environment.follow(invocation);
      const lookup = environment.of(invocation);
      const folder = () => folders.nameAt(run, invocation);
      const call = pipInstallOf(invocation);
      const bySetup = call ? undefined : setupBuild(invocation, lookup, folder);
      for (const build of call ? cudaBuilds(call, lookup, folder) : bySetup ? [bySetup] : []) {
        const variable = build.compiled.architectures;
        if (!variable || facts.environment.has(variable)) continue;
        if (lookup(variable) === undefined) yield { build, run, variable };
      }
    }
  }
}

/** The variable's value for the lab's GPUs, as far as the base's CUDA knows them; undefined where it knows none. */
function listFor(
  variable: ArchitectureVariable,
  gpuArch: readonly string[],
  { cuda }: BaseFacts,
): string | undefined {
  if (!cuda) return undefined;
  const known = gpuArch.filter((each) => compilesFor(each, cuda.version));
  if (known.length === 0) return undefined;
  return variable === "TORCH_CUDA_ARCH_LIST"
    ? known.join(";")
    : known.map((each) => each.replace(".", "")).join(",");
}

function report(
  dockerfile: Dockerfile,
  run: RunInstruction,
  { word, compiled }: CudaBuild,
  variable: ArchitectureVariable,
  list: string | undefined,
): RuleReport {
  const outcome =
    compiled.withoutArchitectures === "no-cuda"
      ? "leaves its CUDA code out, and fails in the job"
      : "stops, because a build has no GPU to compile for";
  const fix = list === undefined ? undefined : environmentFix(dockerfile, run, variable, list);
  return {
    span: word.span,
    message:
      `${compiled.name} is compiled here with no ${variable}: without it the build ${outcome}. ` +
      `Write ${list === undefined ? `\`ENV ${variable}=…\` with the lab's GPUs` : `\`ENV ${variable}="${list}"\``} above this RUN.`,
    ...(fix ? { fixes: [fix] } : {}),
  };
}

/** An ENV above the RUN and the comments that belong to it. */
function environmentFix(
  dockerfile: Dockerfile,
  run: RunInstruction,
  name: string,
  value: string,
): Fix | undefined {
  if (run.onbuild) return undefined;
  const { lines, lineEnd, text } = dockerfile;
  const first = run.commentsAbove[0]?.span.start ?? run.span.start;
  const at = lines.lineStart(lines.lineAt(first));
  // In the case that the author gives instructions.
  const keyword = text[run.keywordSpan.start] === "r" ? "env" : "ENV";
  const indent = /^[ \t]*/.exec(text.slice(lines.lineStart(lines.lineAt(run.span.start))))![0];
  return {
    title: `Set ${name} for the lab's GPUs`,
    automatic: true,
    edits: [{ span: { start: at, end: at }, newText: `${indent}${keyword} ${name}="${value}"${lineEnd}` }],
  };
}
