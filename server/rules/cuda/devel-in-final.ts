import { cudaReleases, hasImage } from "../../../core/cuda/releases.ts";
import { isCudaRepository, judgeCudaTag, parseCudaTag } from "../../../core/cuda/tags.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { originOf, tagFixes } from "../base/tag-fixes.ts";
import type { UsedImage } from "../base/used-image.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { installsFinishedOnly, mayCompile } from "./compiling.ts";
import { type FinalBase, finalBase } from "./final-base.ts";

/** Finds `-devel` bases under images in which nothing is compiled. */
export const develInFinal: Rule = {
  code: "cuda/devel-in-final",
  severity: "info",
  summary: "a -devel base in the last stage, where nothing compiles",
  why: `The \`devel\` images hold nvcc, headers and static libraries: several gigabytes more than \`runtime\`, which every
push and every node's first pull carry. Wheels of torch need neither. Where something is compiled, compile it in a stage
of its own and copy the result. The rule is silent as soon as anything might compile: a requirements file, a script, a
compiler among the packages, or a library that compiles while it is used, as deepspeed and triton do.`,
  examples: [
    {
      title: "nothing is compiled",
      bad: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
COPY transcode.sh /usr/local/bin/
`,
      good: `FROM nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
COPY transcode.sh /usr/local/bin/
`,
      at: ["12.2.2-cudnn8-devel-ubuntu22.04"],
    },
    {
      title: "the compiler's stage is another one",
      bad: `FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build
COPY kernels /src
RUN make -C /src
FROM nvidia/cuda:12.4.1-devel-ubuntu22.04
COPY --from=build /src/kernels.so /opt/lib/
`,
      good: `FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build
COPY kernels /src
RUN make -C /src
FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04
COPY --from=build /src/kernels.so /opt/lib/
`,
      at: ["12.4.1-devel-ubuntu22.04"],
    },
    {
      title: "torch: whether the jobs compile their models is the author's to know",
      bad: `FROM nvidia/cuda:12.1.1-devel-ubuntu22.04
RUN pip install --no-cache-dir torch==2.4.1 --index-url https://download.pytorch.org/whl/cu121
`,
      at: ["12.1.1-devel-ubuntu22.04"],
    },
    {
      title: "a package that may bring torch along",
      bad: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN pip install --no-cache-dir ultralytics
`,
      at: ["12.2.2-devel-ubuntu22.04"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04\nCOPY train.py /app/\n",
    "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*\n",
    "# Compiles.\nFROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN MAX_JOBS=4 pip install --no-cache-dir --no-build-isolation flash-attn==2.5.8\n",
    "# Compiles while it is used.\nFROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.1.2 deepspeed\n",
    "# Nobody knows.\nFROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nCOPY requirements.txt /tmp/\nRUN pip install --no-cache-dir -r /tmp/requirements.txt\n",
    "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nONBUILD RUN make -C /src\n",
  ],
  *check(image): Iterable<RuleReport> {
    const base = finalBase(image);
    const tag = base && runtimeTag(base.used);
    if (!tag || isForOthers(image, base) || aboutCompiling.test(image.dockerfile.text)) return;
    const instructions = [...base.stages].flatMap((stage) => stage.instructions);
    if (instructions.length < 2 || instructions.some(mayCompile)) return;
    const isSure = !installsTorch.test(image.dockerfile.text) && instructions.every(installsFinishedOnly);
    yield report(base.used, tag, isSure);
  },
};

/** The published tag of the same image without nvcc; undefined where there is none, or the image is no `-devel` one. */
function runtimeTag({ reference }: UsedImage): string | undefined {
  const { repository, tag, digest } = reference;
  if (tag === undefined || digest !== undefined) return undefined;
  if (isPytorchRepository(repository))
    return pytorchDevel.test(tag) ? tag.replace(/-devel$/, "-runtime") : undefined;
  if (!isCudaRepository(repository)) return undefined;
  const { cuda, cudnn, flavour, os } = parseCudaTag(tag);
  const release = cuda === undefined ? undefined : cudaReleases.get(cuda);
  if (!release || flavour !== "devel" || os === undefined) return undefined;
  if (judgeCudaTag(tag).kind !== "published") return undefined;
  const exists = hasImage(release, { library: cudnn, flavour: "runtime", os });
  const runtime = tag.replace("-devel-", "-runtime-");
  return exists && judgeCudaTag(runtime).kind === "published" ? runtime : undefined;
}

/** Every release of `pytorch/pytorch` has both. */
const pytorchDevel = /^\d+\.\d+(?:\.\d+)?-cuda\d+\.\d+-cudnn\d+-devel$/;

function isPytorchRepository(repository: string): boolean {
  return /^(?:docker\.io\/)?pytorch\/pytorch$/.test(repository);
}

/** Whether other stages, or other images of the lab, may build on the image and compile there. */
function isForOthers({ dockerfile, lab }: ImageUnderCheck, { stages }: FinalBase): boolean {
  const others = dockerfile.stages.some(
    (stage) => stage.parent && stages.has(stage.parent) && !stages.has(stage),
  );
  if (others || lab.textsBuiltOn().length > 0) return true;
  // One that a build script or another folder builds on is not known here.
  return lab.siblings.length > 0 && !startsSomething(dockerfile);
}

function startsSomething({ stages }: Dockerfile): boolean {
  const instructions = stages.at(-1)?.instructions ?? [];
  return instructions.some(({ keyword, onbuild }) => !onbuild && /^(CMD|ENTRYPOINT)$/i.test(keyword));
}

/** Comments and commands that say what the toolkit is there for. */
const aboutCompiling =
  /\bnvcc\b|\bnsight|\bnsys\b|compute-sanitizer|cuda-gdb|cpp_extension|torch\.compile|\bJIT\b/i;
/** torch compiles models with a C compiler, which the `-devel` images have and the others have not. */
const installsTorch = /\b(?:py)?torch\b/i;

function report(used: UsedImage, tag: string, automatic: boolean): RuleReport {
  const { name } = used.reference;
  const fixes = tagFixes(used, [tag], automatic);
  return {
    span: used.span,
    message:
      "A `-devel` base carries nvcc, headers and static libraries, several gigabytes that every pull loads, and nothing " +
      `here compiles. Write \`${name}:${tag}\`, unless the jobs compile.${originOf(used)}`,
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}
