import type { PipCall } from "../../../core/commands/pip.ts";
import { type CallEnvironment, cudaBuilds } from "../../../core/cuda/compiled-packages.ts";
import { versionNumbers } from "../../../core/cuda/releases.ts";
import {
  condaReleases,
  indexCuda,
  isUnpublishedIndex,
  nearestCondaRelease,
  nearestIndex,
} from "../../../core/cuda/torch-wheels.ts";
import type { ArgInstruction, EnvInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { BaseFacts } from "../../../core/image/base-facts.ts";
import { builtOnText } from "../built-on.ts";
import { chainFacts } from "../chain-facts.ts";
import { RunEnvironment } from "../pip/pip-cache.ts";
import { pipInstalls } from "../pip/pip-calls.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { mayBringTorchvision, mayPreventPypiDefault, pypiReport, takesPypiDefault } from "./pypi-torch.ts";
import {
  condaInstall,
  type IndexMention,
  indexVariables,
  mentionsIn,
  type TorchInstall,
  torchInstall,
} from "./torch-install.ts";

/** Finds torch wheels of a CUDA that the image, or the lab, has no use for. */
export const torchIndex: Rule = {
  code: "cuda/torch-index",
  severity: "warning",
  summary:
    "torch wheels of a CUDA that does not exist there, or does not fit the base, the driver or the GPUs",
  why: `PyTorch's wheels bring their own CUDA, and each index (\`cu118\`, \`cu121\`, …) holds one. An index that was never
published fails the build. What is compiled against torch later needs a base of the same CUDA major: torch refuses the
other. And \`torch\` with no version and no index is whatever PyPI has on the day: since torch 2.11 a build for CUDA 13,
which takes driver 580 and leaves V100 and older GPUs out.`,
  examples: [
    {
      title: "an index that PyTorch never published",
      bad: "FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.4.1 --index-url https://download.pytorch.org/whl/cu122\n",
      good: "FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.4.1 --index-url https://download.pytorch.org/whl/cu121\n",
      at: ["cu122"],
    },
    {
      title: "CUDA 11 wheels on a CUDA 12 base, and an extension compiled against them",
      bad: `FROM nvidia/cuda:12.1.1-devel-ubuntu22.04
ENV FORCE_CUDA=1 TORCH_CUDA_ARCH_LIST="7.0;8.0"
RUN pip install --no-cache-dir torch==2.1.2+cu118 torchvision==0.16.2+cu118 --extra-index-url https://download.pytorch.org/whl/cu118
RUN pip install --no-cache-dir --no-build-isolation git+https://github.com/facebookresearch/pytorch3d.git@v0.7.5
`,
      good: `FROM nvidia/cuda:12.1.1-devel-ubuntu22.04
ENV FORCE_CUDA=1 TORCH_CUDA_ARCH_LIST="7.0;8.0"
RUN pip install --no-cache-dir torch==2.1.2+cu121 torchvision==0.16.2+cu121 --extra-index-url https://download.pytorch.org/whl/cu121
RUN pip install --no-cache-dir --no-build-isolation git+https://github.com/facebookresearch/pytorch3d.git@v0.7.5
`,
      at: ["cu118"],
    },
    {
      title: "PyPI's torch on a CUDA 12 base",
      bad: "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch torchvision\n",
      good: "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch torchvision --index-url https://download.pytorch.org/whl/cu126\n",
      at: ["torch"],
    },
    {
      title: "conda",
      bad: "FROM condaforge/miniforge3:24.3.0-0\nRUN conda install -y pytorch==2.1.2 pytorch-cuda=12.2 -c pytorch -c nvidia && conda clean -afy\n",
      good: "FROM condaforge/miniforge3:24.3.0-0\nRUN conda install -y pytorch==2.1.2 pytorch-cuda=12.1 -c pytorch -c nvidia && conda clean -afy\n",
      at: ["12.2"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.1.2 --index-url https://download.pytorch.org/whl/cu121\n",
    "# Wheels bring their own CUDA: another one than the base's does no harm where nothing is compiled.\nFROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.1.2 --index-url https://download.pytorch.org/whl/cu118\n",
    "FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\nRUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cpu\n",
    "FROM python:3.12-slim\nRUN pip install --no-cache-dir torch\n",
    "# A newer CUDA than the catalogue knows.\nFROM nvidia/cuda:13.0.2-runtime-ubuntu24.04\nRUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu140\n",
  ],
  check(image): Iterable<RuleReport> {
    const reports = [...new StageWalk(image).reports()];
    return reports.sort((a, b) => a.span.start - b.span.start);
  },
};

/** The torch of a stage. */
interface StageTorch {
  /** The install that tells its CUDA; undefined where that is not known. */
  readonly install: TorchInstall | undefined;
}

class StageWalk {
  readonly #image: ImageUnderCheck;
  readonly #torch = new Map<Stage, StageTorch>();
  readonly #defaults: { readonly install: TorchInstall; readonly facts: BaseFacts }[] = [];
  /** The installs of torch behind which something else may bring torchvision or torchaudio. */
  readonly #followed = new Set<TorchInstall>();
  readonly #builds = new Map<TorchInstall, { readonly invocation: Invocation; readonly facts: BaseFacts }>();
  #pypiDefault: boolean | undefined;

  constructor(image: ImageUnderCheck) {
    this.#image = image;
  }

  /** Whether nothing in the file keeps pip from PyPI's newest torch. */
  get #takesNewest(): boolean {
    this.#pypiDefault ??= !mayPreventPypiDefault(this.#image.dockerfile.text);
    return this.#pypiDefault;
  }

  *reports(): Iterable<RuleReport> {
    const { dockerfile, lab } = this.#image;
    for (const instruction of dockerfile.instructions)
      if (instruction.kind === "ENV" || instruction.kind === "ARG")
        yield* this.#environmentReports(instruction);
    for (const stage of dockerfile.stages) yield* this.#walk(stage);
    for (const [install, { facts, invocation }] of this.#builds) {
      const report = this.#mismatch(install, facts, invocation);
      if (report) yield report;
    }
    for (const { install, facts } of this.#defaults) {
      const othersInstall = /\bpip\d?\b|\buv\b/.test(this.#image.facts.get(builtOnText));
      const report = pypiReport(install, {
        facts,
        lab: lab.values,
        compiles: this.#builds.has(install),
        followed: this.#followed.has(install) || othersInstall,
      });
      if (report) yield report;
    }
  }

  *#environmentReports(instruction: EnvInstruction | ArgInstruction): Iterable<RuleReport> {
    const { text } = this.#image.dockerfile;
    for (const { name, raw, span } of instruction.assignments) {
      if (!raw || !indexVariables.has(name)) continue;
      const found = mentionsIn(raw, span, text).filter(isUnpublished);
      if (found[0]) yield unpublishedReport(found[0], found, undefined);
    }
  }

  *#walk(stage: Stage): Iterable<RuleReport> {
    const { dockerfile } = this.#image;
    const facts = this.#image.facts.get(chainFacts).at(stage);
    const calls = this.#image.facts.get(pipInstalls);
    let torch = stage.parent && this.#torch.get(stage.parent);
    if (!torch && facts.provides.has("torch")) torch = { install: undefined };
    for (const instruction of stage.instructions) {
      if (instruction.kind !== "RUN") continue;
      const ofRun = calls.get(instruction);
      const environment = new RunEnvironment(instruction);
      for (const invocation of instruction.shell.invocations) {
        environment.follow(invocation);
        const call = ofRun?.get(invocation);
        const lookup = environment.of(invocation);
        if (torch?.install && call && compilesAgainstTorch(call, lookup) && !this.#builds.has(torch.install))
          this.#builds.set(torch.install, { invocation, facts });
        if (torch?.install && mayBringTorchvision(invocation, call)) this.#followed.add(torch.install);
        const install = call
          ? torchInstall(invocation, call, lookup, dockerfile.text)
          : condaInstall(invocation, dockerfile.text);
        if (!install) continue;
        yield* unpublishedReports(install);
        const newest = !torch && takesPypiDefault(install, facts) && this.#takesNewest;
        if (newest) this.#defaults.push({ install, facts });
        torch = afterInstall(install, torch, newest);
      }
    }
    if (torch) this.#torch.set(stage, torch);
  }

  #mismatch(install: TorchInstall, { cuda }: BaseFacts, build: Invocation): RuleReport | undefined {
    const place = install.mentions[0];
    const wheels = place && cudaOf(place);
    if (!place || !wheels || !cuda || cuda.flavour !== "devel") return undefined;
    if (isUnpublished(place) || versionNumbers(wheels)[0] === versionNumbers(cuda.version)[0])
      return undefined;
    const { lines, text } = this.#image.dockerfile;
    if (otherToolkit.test(text)) return undefined;
    const line = lines.lineAt(build.span.start) + 1;
    const other = install.tool === "conda" ? undefined : nearestIndex(cuda.version, install.version);
    const fix = other && replaceFix(install.mentions, place.name, other, everyPlace(text, install, place));
    return {
      span: place.span,
      message:
        `These wheels are of CUDA ${wheels}, the base has CUDA ${cuda.version}: what line ${line} compiles against torch ` +
        `fails, because torch refuses a compiler of another CUDA major. Take wheels of CUDA ${versionNumbers(cuda.version)[0]}` +
        `${other ? ` (\`${other}\`)` : ""}, or a base of CUDA ${versionNumbers(wheels)[0]}.`,
      ...(fix ? { fixes: [fix] } : {}),
    };
  }
}

function compilesAgainstTorch(call: PipCall, environment: CallEnvironment): boolean {
  return cudaBuilds(call, environment).some(({ compiled }) => !compiled.triesWheel);
}

/** A toolkit besides the base's, which may be what compiles. */
const otherToolkit =
  /cuda-toolkit|cuda-nvcc|cudatoolkit-dev|cuda-compiler|CUDA_HOME[= ]["']?(?!["']?\/usr\/local\/cuda["']?\s)/;

function cudaOf({ kind, name }: IndexMention): string | undefined {
  return kind === "index" || kind === "nightly" ? indexCuda(name) : name;
}

function isUnpublished({ kind, name }: IndexMention): boolean {
  if (kind === "conda") return !condaReleases.includes(name);
  return kind !== "cudatoolkit" && isUnpublishedIndex(name, kind === "nightly");
}

/** One report for each name that was never published, at the first place where the call has it. */
function* unpublishedReports({ mentions, version }: TorchInstall): Iterable<RuleReport> {
  const seen = new Set<string>();
  for (const each of mentions) {
    if (each.configured || seen.has(each.name) || !isUnpublished(each)) continue;
    seen.add(each.name);
    yield unpublishedReport(each, mentions, version);
  }
}

function unpublishedReport(
  place: IndexMention,
  mentions: readonly IndexMention[],
  version: string | undefined,
): RuleReport {
  const { kind, name, span } = place;
  const cuda = cudaOf(place) ?? "";
  const other =
    kind === "conda" ? nearestCondaRelease(cuda) : kind === "index" ? nearestIndex(cuda, version) : undefined;
  const what =
    kind === "conda"
      ? `PyTorch never published \`pytorch-cuda=${name}\``
      : `PyTorch never published ${kind === "nightly" ? "a nightly" : "an"} index \`${name}\``;
  const fix = other && replaceFix(mentions, name, other, true);
  return {
    span,
    message: `${what}: nothing is found there, and the build fails or takes PyPI's torch. Write ${other ? `\`${other}\`` : "one that exists"}; wheels bring their own CUDA, whatever the base has.`,
    ...(fix ? { fixes: [fix] } : {}),
  };
}

function replaceFix(
  mentions: readonly IndexMention[],
  name: string,
  other: string,
  automatic: boolean,
): Fix | undefined {
  const places = mentions.filter((each) => each.name === name);
  if (places.some(({ exact, configured }) => !exact || configured)) return undefined;
  const edits = places.map(({ span }) => ({ span, newText: other }));
  return { title: `Use ${other}`, automatic, edits };
}

/** Whether the call has every place of the file that names the index: then they stay in step. */
function everyPlace(text: string, install: TorchInstall, { name }: IndexMention): boolean {
  return text.split(name).length - 1 === install.mentions.filter((each) => each.name === name).length;
}

/** The torch that is there after an install; `newest` where that is PyPI's, of a CUDA that is known. */
function afterInstall(
  install: TorchInstall,
  before: StageTorch | undefined,
  newest: boolean,
): StageTorch | undefined {
  const unknown: StageTorch = { install: undefined };
  if (!install.torch) return before ?? (install.open ? unknown : undefined);
  return newest || install.mentions.length > 0 ? { install } : unknown;
}
