import type { PipCall } from "../../../core/commands/pip.ts";
import { pipTarget, pipTargetWords } from "../../../core/cuda/compiled-packages.ts";
import { driverNeeds, reaches } from "../../../core/cuda/drivers.ts";
import { compareVersions, versionNumbers } from "../../../core/cuda/releases.ts";
import { hasNewestTorch, newestTorchIndex, pypiDefault } from "../../../core/cuda/torch-wheels.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { BaseFacts } from "../../../core/image/base-facts.ts";
import type { LabValues } from "../../../core/lab/lab-image.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { isOpaque } from "../layer/cache-events.ts";
import type { Fix, RuleReport } from "../rule.ts";
import { isFinished } from "./compiling.ts";
import type { TorchInstall } from "./torch-install.ts";

const pypiMajor = versionNumbers(pypiDefault.cuda)[0] ?? 0;

const pytorch = "https://download.pytorch.org/whl/";
/** Turing is the oldest GPU that CUDA 13 knows. */
const oldestGpu = 7.5;

/** Whether a file may install an older Python, which takes the last torch that was built for it, or configure pip. */
export function mayPreventPypiDefault(text: string): boolean {
  return /(?:python|pip)(?:_version)?\s*={0,2}\s*["']?3\.[4-9](?!\d)|pip\.conf|pip3? config/i.test(text);
}

/** Packages that depend on torch alone, or on nothing of it: with the torch that is there they bring no torchvision. */
const withoutTorchvision: ReadonlySet<string> = new Set(
  "accelerate datasets huggingface-hub peft safetensors sentencepiece tokenizers transformers".split(" "),
);

/** Whether a command may install torchvision or torchaudio: by itself, with what it names, or in a script. */
export function mayBringTorchvision(invocation: Invocation, call: PipCall | undefined): boolean {
  if (!call) return isOpaque(invocation);
  if (call.open || call.options.some(({ name }) => brings.has(name))) return true;
  return pipTargetWords(call).some(
    ({ value }) => value === null || !(isFinished(value) || withoutTorchvision.has(pipTarget(value).name)),
  );
}

const brings: ReadonlySet<string> = new Set(["requirement", "group", "requirements-from-script"]);

/** What an install of torch is judged by. */
export interface TorchSurroundings {
  readonly facts: BaseFacts;
  readonly lab: LabValues;
  /** Whether CUDA code is compiled against this torch later. */
  readonly compiles: boolean;
  /** Whether a later command may install torchvision or torchaudio, which have to be of torch's own index. */
  readonly followed: boolean;
}

/**
 * Whether an install takes today's torch from PyPI, with the CUDA of its build: no version, no index, nothing that
 * may ask for an older one, and a Python that it has wheels for.
 */
export function takesPypiDefault(install: TorchInstall, facts: BaseFacts): boolean {
  const { torch, mentions, elsewhere, open, targets, tool, invocation } = install;
  if (!torch || tool === "conda" || mentions.length > 0 || elsewhere || open) return false;
  if (!invocation.args.some(({ value }) => value === "install")) return false;
  if (!/^torch(\[.*\])?(>=[\d.]+)?$/.test(torch.value ?? "")) return false;
  return targets.every((each) => each === torch || !mayConstrain(each.value ?? "")) && isNewPython(facts);
}

/** Packages that want a certain torch. */
function mayConstrain(target: string): boolean {
  if (/^(torchvision|torchaudio)(>=[\d.]+)?$/.test(target)) return false;
  return /^(torch|pytorch|xformers|vllm|sglang|fastai|unsloth|triton|lmdeploy|fairseq|espnet)/.test(
    pipTarget(target).name,
  );
}

/** Whether the newest torch has wheels for the Python. */
function isNewPython({ python, os }: BaseFacts): boolean {
  if (python) return compareVersions(python.version, pypiDefault.python) >= 0;
  const first: Readonly<Record<string, string>> = { ubuntu: "22.04", debian: "12" };
  const least = os && first[os.id];
  return least !== undefined && compareVersions(os!.version, least) >= 0;
}

/** The finding of an install that {@link takesPypiDefault}; undefined where that build does no harm. */
export function pypiReport(install: TorchInstall, around: TorchSurroundings): RuleReport | undefined {
  const { facts, lab, compiles, followed } = around;
  const needed = driverNeeds(pypiDefault.cuda).minimum ?? "";
  const base = facts.cuda && versionNumbers(facts.cuda.version)[0];
  const older = base !== undefined && base < pypiMajor;
  const oldDriver = lab.gpuDriver !== undefined && !reaches(lab.gpuDriver, needed);
  const oldGpus = lab.gpuArch?.filter((arch) => Number.parseFloat(arch) < oldestGpu) ?? [];
  const fits = !oldDriver && lab.gpuDriver !== undefined && lab.gpuArch !== undefined && oldGpus.length === 0;
  if (!oldDriver && oldGpus.length === 0 && !(older && (compiles || !fits))) return undefined;
  const reasons = [
    ...(oldDriver ? [`the lab's driver is ${lab.gpuDriver}`] : []),
    ...(oldGpus.length > 0 ? [`the lab has GPUs of compute capability ${oldGpus.join(" and ")}`] : []),
    ...(older ? [`the base has CUDA ${facts.cuda!.version}`] : []),
  ];
  const major = olderMajor(lab, older ? base : pypiMajor - 1);
  const index = major === undefined ? undefined : newestTorchIndex(major);
  const fix = index === undefined ? undefined : indexFix(install, index, lab, !followed);
  const advice = index
    ? `Name an index: \`--index-url ${pytorch}${index}\`${followed ? ", for torchvision and torchaudio too where a later command brings them" : ""}.`
    : "Name a version and an index of an older CUDA.";
  return {
    span: install.torch!.span,
    message:
      `\`torch\` without a version or an index is PyPI's build, for CUDA ${pypiMajor} since torch ${pypiDefault.since}: ` +
      `it takes driver ${needed} or later and a GPU of compute capability ${oldestGpu} or later; ${reasons.join(", ")}. ${advice}`,
    ...(fix ? { fixes: [fix] } : {}),
  };
}

/** The newest major below PyPI's that the lab's driver runs, and not above the base's. */
function olderMajor({ gpuDriver }: LabValues, most: number): number | undefined {
  for (let major = most; major > 10; major--) {
    const minimum = driverNeeds(`${major}.0`).minimum;
    if (gpuDriver === undefined || (minimum !== undefined && reaches(gpuDriver, minimum))) return major;
  }
  return undefined;
}

/** `--index-url` where all that is installed lies in PyTorch's index; else `--extra-index-url`, where pip prefers it. */
function indexFix(
  { invocation, targets, tool, torch }: TorchInstall,
  index: string,
  lab: LabValues,
  automatic: boolean,
): Fix | undefined {
  // What the oldest index of a major was not compiled for.
  if (lab.gpuArch?.some((arch) => Number.parseFloat(arch) >= 10)) return undefined;
  const last = targets.at(-1);
  if (!last || last.substituted || torch?.substituted) return undefined;
  const own = targets.every(({ value }) =>
    /^(torch|torchvision|torchaudio)(\[.*\])?(>=[\d.]+)?$/.test(value ?? ""),
  );
  if (!own && (tool === "uv" || !hasNewestTorch(index))) return undefined;
  const option = own ? "--index-url" : "--extra-index-url";
  const edit = insertWords(invocation, last, [option, pytorch + index]);
  return edit && { title: `Add ${option} ${pytorch}${index}`, automatic, edits: [edit] };
}
