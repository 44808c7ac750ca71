import { posix } from "node:path";
import type { PipCall } from "../commands/pip.ts";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import type { ShellWord } from "../dockerfile/shell/shell-word.ts";

/** How a Python package's setup compiles CUDA code, where pip finds no finished wheel. */
export interface CompiledPackage {
  /** Its name, as pip compares names: lower case, `-` for `_` and `.`. */
  readonly name: string;
  /** Whether pip compiles it from PyPI too, which has no wheels of it; otherwise only from a git URL or a checkout. */
  readonly fromIndex: boolean;
  /** Its setup first asks for a finished wheel of the same torch and CUDA, and compiles where there is none. */
  readonly triesWheel: boolean;
  /**
   * What a build, which sees no GPU, has to be told for CUDA code to be compiled at all: one of these variables, not
   * empty and not `0`. Empty where it is always compiled.
   */
  readonly switches: readonly string[];
  /** The variable that names the GPU architectures to compile for; undefined where its setup has a list of its own. */
  readonly architectures: ArchitectureVariable | undefined;
  /** What comes of a build, which sees no GPU, where {@link architectures} is not set. */
  readonly withoutArchitectures: "fails" | "no-cuda" | "own-list";
  /** Whether it starts as many compilers as there are cores unless MAX_JOBS bounds them. */
  readonly unbounded: boolean;
  /** The variable that, set to `TRUE`, has its setup compile nothing. */
  readonly skip?: string;
}

/** The variables that setups read the architectures from. */
export type ArchitectureVariable = "TORCH_CUDA_ARCH_LIST" | "TCNN_CUDA_ARCHITECTURES";

/** A package that a call of pip or of a `setup.py` compiles, with the word that names it. */
export interface CudaBuild {
  readonly word: ShellWord;
  readonly compiled: CompiledPackage;
}

// Each row is what the package's own setup.py says (public repositories, November 2026).
const torchExtension: Omit<CompiledPackage, "name"> = {
  fromIndex: false,
  triesWheel: false,
  switches: [],
  architectures: "TORCH_CUDA_ARCH_LIST",
  withoutArchitectures: "fails",
  unbounded: true,
};
/** Sees no GPU in a build, and leaves CUDA out unless it is told otherwise. */
const forced = { ...torchExtension, switches: ["FORCE_CUDA"] };
/** Has a list of its own where none is given. */
const ownList = {
  ...torchExtension,
  architectures: undefined,
  withoutArchitectures: "own-list",
} as const;
/** deepspeed compiles when it is installed, not when it is used, what `DS_BUILD_…` names. */
const deepspeedOps = ["OPS", "CPU_ADAM", "FUSED_ADAM", "FUSED_LAMB", "TRANSFORMER", "TRANSFORMER_INFERENCE"];

const rows: readonly (readonly [names: string, how: Omit<CompiledPackage, "name">])[] = [
  ["flash-attn", { ...ownList, fromIndex: true, triesWheel: true, skip: "FLASH_ATTENTION_SKIP_CUDA_BUILD" }],
  ["causal-conv1d", { ...ownList, fromIndex: true, triesWheel: true, skip: "CAUSAL_CONV1D_SKIP_CUDA_BUILD" }],
  ["mamba-ssm", { ...ownList, fromIndex: true, triesWheel: true, skip: "MAMBA_SKIP_CUDA_BUILD" }],
  ["flash-attention", { ...ownList, triesWheel: true, skip: "FLASH_ATTENTION_SKIP_CUDA_BUILD" }],
  ["mamba", { ...ownList, triesWheel: true, skip: "MAMBA_SKIP_CUDA_BUILD" }],
  ["apex transformer-engine transformerengine vllm", ownList],
  ["natten minkowskiengine", { ...ownList, fromIndex: true, unbounded: false }],
  ["autoawq-kernels pointnet2-ops pointnet2-ops-lib", ownList],
  ["kaolin", { ...ownList, switches: ["FORCE_CUDA"] }],
  [
    "deepspeed",
    { ...ownList, fromIndex: true, unbounded: false, switches: deepspeedOps.map((op) => `DS_BUILD_${op}`) },
  ],
  ["tinycudann tiny-cuda-nn", { ...torchExtension, architectures: "TCNN_CUDA_ARCHITECTURES" }],
  ["detectron2 pytorch3d torchsparse", forced],
  ["torch-points-kernels", { ...forced, fromIndex: true }],
  [
    "torch-scatter torch-sparse torch-cluster torch-spline-conv",
    { ...forced, fromIndex: true, unbounded: false },
  ],
  ["pytorch-scatter pytorch-sparse pytorch-cluster pytorch-spline-conv", { ...forced, unbounded: false }],
  ["mmcv-full", { ...forced, fromIndex: true, unbounded: false }],
  ["mmcv", { ...forced, unbounded: false }],
  ["xformers groundingdino", { ...torchExtension, withoutArchitectures: "no-cuda" }],
  ["diff-gaussian-rasterization diff-surfel-rasterization simple-knn curobo exllamav2", torchExtension],
  ["megablocks grouped-gemm", { ...torchExtension, fromIndex: true }],
  ["gsplat", { ...torchExtension, unbounded: false }],
];

const table: ReadonlyMap<string, CompiledPackage> = new Map(
  rows.flatMap(([names, how]) => names.split(" ").map((name) => [name, { name, ...how }] as const)),
);

/** What compiles CUDA code while it is used, and so needs the toolkit's compiler, headers or libdevice in the image. */
const atRunTime: ReadonlySet<string> = new Set(
  (
    "colossalai cupy deepspeed exllamav2 flashinfer gsplat isaacgym jax keopscore lightseq nerfacc numba nvdiffrast " +
    "pycuda pykeops sglang tensorflow tensorflow-gpu tf-nightly tilelang triton unsloth vllm xgrammar"
  ).split(" "),
);

/** The row of a package, or of the folder or repository that it is known by; undefined for one that is not known. */
export function compiledPackage(name: string): CompiledPackage | undefined {
  return table.get(normalisedName(name));
}

/** Whether a package compiles CUDA code while it is used: then the image needs a `-devel` base though nothing is built. */
export function compilesAtRunTime(name: string): boolean {
  const normalised = normalisedName(name);
  return atRunTime.has(normalised) || /^(cupy-cuda|flashinfer-|jax-cuda)/.test(normalised);
}

/** The value of a variable for a call: `null` where it cannot be known, undefined where it is not set. */
export type CallEnvironment = (name: string) => string | null | undefined;

/**
 * The packages that a pip call surely hands to nvcc: known ones, with no finished wheel on PyPI or from a git URL or a
 * checkout, with what their setup asks for to compile CUDA without a GPU. Silent where another index or a page of
 * links may hold a wheel. One that first looks for a wheel of its own is among them: `triesWheel` tells. `folder` gives
 * the name of the folder that pip is called in, which `.` stands for, where it is known.
 */
export function cudaBuilds(
  call: PipCall,
  environment: CallEnvironment,
  folder: () => string | undefined = () => undefined,
): CudaBuild[] {
  if (call.command !== "install" && call.command !== "wheel") return [];
  if (call.options.some(({ name }) => name === "only-binary" || name === "dry-run")) return [];
  const elsewhere = mayFindWheels(call, environment);
  const builds: CudaBuild[] = [];
  for (const word of pipTargetWords(call)) {
    if (word.value === null) continue;
    const { name, source } = pipTarget(word.value);
    const compiled = name === "" && source === "path" ? compiledPackage(folder() ?? "") : table.get(name);
    if (!compiled || source === "wheel") continue;
    // A small extension beside the package that the repository is named after.
    if (source === "git" && /[#&]subdirectory=csrc\//.test(word.value)) continue;
    if (source === "index" && (!compiled.fromIndex || elsewhere)) continue;
    if (compilesCuda(compiled, environment)) builds.push({ word, compiled });
  }
  return builds;
}

const setupCommands = /^(?:install|develop|build|build_ext|bdist_wheel)$/;

/**
 * The package that `python setup.py install` and its like hand to nvcc, as {@link cudaBuilds} says; undefined for any
 * other command.
 */
export function setupBuild(
  { name, args }: Invocation,
  environment: CallEnvironment,
  folder: () => string | undefined,
): CudaBuild | undefined {
  if (!/^python[\d.]*$/.test(name)) return undefined;
  const word = args.find(({ value }) => value === null || !value.startsWith("-"));
  if (!word?.value || !/(?:^|\/)setup\.py$/.test(word.value)) return undefined;
  if (!args.some(({ value }) => value !== null && setupCommands.test(value))) return undefined;
  const within = posix.basename(posix.dirname(word.value));
  const compiled = compiledPackage((within === "." ? folder() : within) ?? "");
  return compiled && compilesCuda(compiled, environment) ? { word, compiled } : undefined;
}

function compilesCuda({ skip, switches }: CompiledPackage, environment: CallEnvironment): boolean {
  const skipped = skip && environment(skip);
  if (skipped === null || skipped === "TRUE") return false;
  return switches.length === 0 || switches.some((each) => isOn(environment(each)));
}

/** Every word of a pip call that names something to install: targets, and the values of `-e`. */
export function pipTargetWords(call: PipCall): ShellWord[] {
  const editable = call.options.flatMap(({ name, valueWord, value, word }) => {
    if (name !== "editable" || !valueWord) return [];
    // `--editable=path` holds the option's name too.
    return [valueWord === word ? { ...valueWord, value: value ?? null } : valueWord];
  });
  return [...call.targets, ...editable];
}

function isOn(value: string | null | undefined): boolean {
  return value !== undefined && value !== null && value !== "" && value !== "0";
}

/** Whether wheels may come from somewhere else than PyPI. PyTorch's own indices hold none of these packages. */
function mayFindWheels({ options }: PipCall, environment: CallEnvironment): boolean {
  const given = options.filter(({ name }) => /^(find-links|index-url|extra-index-url)$/.test(name));
  const values = [
    ...given.map(({ value }) => value ?? null),
    ...["PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"].map(environment),
  ];
  return values.some(
    (value) => value === null || value?.split(/\s+/).some((url) => url !== "" && !withoutThem.test(url)),
  );
}

const withoutThem = /^https:\/\/(download\.pytorch\.org|pypi\.org)\//;

/** A pip target taken apart. */
export interface PipTarget {
  /** The package's name as pip compares it; of a URL or a path, its last part. Empty for `.`. */
  readonly name: string;
  readonly source: "index" | "git" | "path" | "wheel" | "archive";
}

/** Takes a pip target apart: `flash-attn==2.5.8`, `git+https://…#subdirectory=…`, `./server[extra]`, `name @ url`. */
export function pipTarget(text: string): PipTarget {
  if (!perhapsElsewhere.test(text)) return { name: normalisedName(leadingName(text)), source: "index" };
  const direct = /^([\w.-]+)\s*(?:\[[^\]]*\]\s*)?@\s*(\S+)/.exec(text);
  if (!direct) return locatedTarget(text);
  return { ...locatedTarget(direct[2]!), name: normalisedName(direct[1]!) };
}

/** A target that says where it is: a URL, a path, a file. */
function locatedTarget(text: string): PipTarget {
  const plain = text.replace(/[#;].*$/s, "").trim();
  if (/\.whl$/i.test(plain.replace(/\?.*$/s, "")))
    return { name: normalisedName(lastPart(plain).split("-")[0]!), source: "wheel" };
  const egg = /[#&]egg=([\w.-]+)/.exec(text)?.[1];
  if (/^(git|hg|svn|bzr)\+/.test(plain)) {
    const revision = plain.indexOf("@", plain.lastIndexOf("/"));
    const repository = plain.slice(0, revision < 0 ? undefined : revision).replace(/\.git@.*$/s, "");
    return { name: normalisedName(egg ?? lastPart(repository).replace(/\.git$/, "")), source: "git" };
  }
  const local = plain.replace(/\[[^[\]]*\]$/, "");
  if (/\.(tar\.\w+|tgz|zip)$/i.test(local) || /^https?:/.test(local))
    return { name: normalisedName(egg ?? lastPart(local)), source: "archive" };
  if (/^[./~]|\/|^file:/.test(local))
    return { name: normalisedName(lastPart(local).replace(/^\.+$/, "")), source: "path" };
  return { name: normalisedName(leadingName(plain)), source: "index" };
}

/** What is in every target that is not simply a name and a version. */
const perhapsElsewhere = /[/@#;:]|^[\s.~]|\.(?:whl|tar|tgz|zip)|^(?:git|hg|svn|bzr)\+/i;

function leadingName(text: string): string {
  return /^[\w.-]*/.exec(text)![0];
}

/** A package's name as pip compares it: lower case, `-` for `_` and `.`. */
export function normalisedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function lastPart(path: string): string {
  return (
    path
      .replace(/(?<!\/)\/+$/, "")
      .split("/")
      .at(-1) ?? ""
  );
}
