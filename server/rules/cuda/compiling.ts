import { aptCall } from "../../../core/commands/apt.ts";
import { condaCall } from "../../../core/commands/conda.ts";
import { pipCall } from "../../../core/commands/pip.ts";
import { smallPackage } from "../../../core/commands/small-packages.ts";
import {
  compiledPackage,
  compilesAtRunTime,
  pipTarget,
  pipTargetWords,
} from "../../../core/cuda/compiled-packages.ts";
import type { Instruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { startsOwnWords } from "../../../core/dockerfile/shell/nested-script.ts";
import { pipInstallOf } from "../pip/pip-calls.ts";

/** Programs that compile nothing and start nothing that could. */
const harmless: ReadonlySet<string> = new Set(
  (
    ": [ add-apt-repository adduser addgroup apt-key apt-mark apt-cache aria2c cat cd chmod chown chsh cp curl date " +
    "dpkg dpkg-reconfigure echo exit export false file find git gpg grep groupadd gunzip hash head " +
    "huggingface-cli id install ldconfig ln locale-gen ls lsb_release mkdir mv nvidia-smi passwd chpasswd pip pip3 " +
    "printf pwd rm rmdir sed set sleep sort ssh-keygen stat tail tar tee test touch tr true type uname unlink " +
    "unset unxz unzip update-alternatives update-ca-certificates update-locale useradd usermod wget which xargs"
  ).split(" "),
);

/** Compilers and what is there for them. */
const compilerPackage =
  /^(?:build-essential|gcc|g\+\+|clang|llvm|gfortran|cmake|make|ninja(?:-build)?|meson|ccache|bazel|rustc|cargo|gxx|compilers|cxx-compiler|python3?(?:\.\d+)?-dev|libpython3?[\d.]*-dev|lib(?:cu[a-z]+|nccl|nvinfer|tensorrt)[\w.-]*|cuda|nvidia-cuda|nsight|tensorrt|nvcc|cuda-nvcc|cudatoolkit-dev|pkg-config|autoconf|automake|libtool)(?:$|[-=_.\d:*])/;

/** Variables that are set for a compiler. */
const compilerVariable =
  /^(?:CUDA_HOME|CUDACXX|CUDA_NVCC\w*|NVCC\w*|TORCH_CUDA_ARCH_LIST|TCNN_CUDA_ARCHITECTURES|CMAKE_\w+|FORCE_CUDA|MAX_JOBS|CC|CXX|CFLAGS|CXXFLAGS|CPATH|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|DS_BUILD_\w+|LIBRARY_PATH|NUMBAPRO_\w+)$/;

/** Whether an instruction may compile something, or prepares for it: then the image needs a compiler. Guesses on that side. */
export function mayCompile(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case "ENV":
    case "ARG":
      return instruction.assignments.some(({ name }) => compilerVariable.test(name));
    case "RUN": {
      const { invocations } = instruction.shell;
      return invocations.length === 0 || invocations.some(mayCommandCompile);
    }
    case "COPY":
      return (
        instruction.from !== undefined && instruction.sources.some(({ value }) => ofPython.test(value ?? "/"))
      );
    case "OTHER":
      return /nvcc|make|ninja|setup\.py|compile|build/.test(instruction.rest.text);
    default:
      return false;
  }
}

/** Folders of another stage that hold Python's packages: among them may be one that compiles while it is used. */
const ofPython =
  /conda|miniforge|mamba|venv|(?:site|dist)-packages|\/envs?(?:\/|$)|^\/(?:usr|usr\/local|opt)?\/?$/;

function mayCommandCompile(invocation: Invocation): boolean {
  const { name, args } = invocation;
  const apt = aptCall(invocation);
  if (apt) return apt.open || apt.targets.some(({ value }) => value === null || compilerPackage.test(value));
  const install = pipInstallOf(invocation);
  if (install) {
    if (install.open || install.options.some(({ name: option }) => builds.has(option))) return true;
    return pipTargetWords(install).some(({ value }) => value === null || mayTargetCompile(value));
  }
  // Another command of pip's: `config`, `cache`, `list`.
  if (pipCall(invocation)) return false;
  const conda = condaCall(invocation);
  if (conda) {
    if (conda.command === undefined || /^(run|env|update)/.test(conda.command)) return true;
    const packages = conda.targets.map(({ value }) => value?.replace(/^.*::/, ""));
    return packages.some(
      (each) => !each || compilerPackage.test(each) || compilesAtRunTime(each.split(/[=<>]/)[0]!),
    );
  }
  if (/^python3?(\.\d+)?$/.test(name)) return !/^(-V|--version)$/.test(args[0]?.value ?? "");
  if (name === "." || name === "source") return !setsUp.test(args[0]?.value ?? "");
  return !harmless.has(name) && !startsOwnWords(invocation);
}

/**
 * Packages of which it is known that neither they nor what they depend on compiles anything while it is used, beside
 * the small ones of Python alone.
 */
const finished: ReadonlySet<string> = new Set(
  (
    "pip setuptools wheel numpy scipy pandas matplotlib seaborn pillow opencv-python opencv-python-headless " +
    "scikit-learn scikit-image imageio h5py pyyaml requests tensorboard wandb jupyter jupyterlab notebook ipykernel " +
    "ipython python3 python"
  ).split(" "),
);

/** Whether pip and conda install nothing in an instruction but what is known to need no compiler when it is used. */
export function installsFinishedOnly(instruction: Instruction): boolean {
  if (instruction.kind !== "RUN") return true;
  return instruction.shell.invocations.every((invocation) => {
    const install = pipInstallOf(invocation);
    const conda = condaCall(invocation);
    const targets = install ? pipTargetWords(install) : (conda?.targets ?? []);
    return targets.every(({ value }) => value !== null && isFinished(value.replace(/^[\w-]+::/, "")));
  });
}

/** Whether a target is known to bring nothing that compiles while it is used, and so no torch either. */
export function isFinished(target: string): boolean {
  return smallPackage(target) !== undefined || finished.has(pipTarget(target).name);
}

/** What is sourced for its variables alone. */
const setsUp = /(?:\/activate|\/conda\.sh|\/os-release|\.bashrc|\.profile)$/;

/** Options of pip's under which it builds, or installs what is not named here. */
const builds: ReadonlySet<string> = new Set(
  ["editable", "global-option", "config-settings", "group", "no-binary", "no-build-isolation"].concat([
    "requirement",
    "requirements-from-script",
    "build-option",
    "install-option",
  ]),
);

function mayTargetCompile(target: string): boolean {
  const { name, source } = pipTarget(target);
  if (source === "wheel") return compilesAtRunTime(name);
  return source !== "index" || compiledPackage(name) !== undefined || compilesAtRunTime(name);
}
