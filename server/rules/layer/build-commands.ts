import { aptCall } from "../../../core/commands/apt.ts";
import { compilesAtRunTime, pipTarget, pipTargetWords } from "../../../core/cuda/compiled-packages.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { pipInstallOf } from "../pip/pip-calls.ts";

/** Packages that are needed to compile and for nothing else. */
const buildTools =
  /^(?:build-essential|gcc(?:-[\d.]+)?|g\+\+(?:-[\d.]+)?|gfortran(?:-[\d.]+)?|clang(?:-[\d.]+)?|make|cmake|ninja-build|meson|bison|flex|nasm|yasm|autoconf|automake|libtool|autotools-dev|pkg-config|cargo|rustc)$/;
/** What shows that people work in the image, with a compiler too. */
const workplace =
  /^(?:ccache|gdb|cuda-gdb|valgrind|clangd|clang-format|openssh-server|vim|neovim|emacs(?:-nox)?)$/;

/** Whether a package is a compiler, or a tool that drives one. */
export function isBuildTool(name: string): boolean {
  return buildTools.test(name);
}

const idleTargets = /^(?:clean|distclean|help|install|check|test)$/;

/** Whether a command compiles a project: cmake, make, ninja, cargo, a `setup.py`. */
export function compilesProject({ name, args, context }: Invocation): boolean {
  if (context.conditional || context.inFunction) return false;
  const words = args.map(({ value, prefix }) => value ?? prefix);
  if (name === "cmake") return words[0] === "--build";
  if (name === "ninja" || name === "ninja-build" || name === "make" || name === "gmake") {
    if (words.some((word) => word === "--version" || word === "-v" || word === "-n")) return false;
    const targets = words.filter((word, at) => !/^-|=|^\d/.test(word) && words[at - 1] !== "-C");
    // `make install` may have nothing to compile; `ninja` is not used for that.
    const idle = (target: string) =>
      idleTargets.test(target) && !(name.startsWith("ninja") && target === "install");
    return targets.length === 0 || !targets.every(idle);
  }
  if (name === "cargo") return words[0] === "build" || words[0] === "install";
  return (
    /^python3?(?:\.\d+)?$/.test(name) &&
    /setup\.py$/.test(words[0] ?? "") &&
    /^(?:install|bdist_wheel|build_ext)$/.test(words[1] ?? "")
  );
}

/** Whether a command shows that the image is to have compilers: somebody works in it, or jobs compile. */
export function needsCompilers(invocation: Invocation): boolean {
  const apt = aptCall(invocation);
  if (apt?.command === "install") return apt.targets.some(({ value }) => workplace.test(value ?? ""));
  const { name, args } = invocation;
  if (/^python/.test(name) && args.some(({ value }) => value === "develop")) return true;
  // Stan compiles each model.
  if (
    [name, ...args.map(({ value, prefix }) => value ?? prefix)].some((word) =>
      /cmdstan|rstan\b|brms/.test(word),
    )
  )
    return true;
  const pip = pipInstallOf(invocation);
  if (!pip) return false;
  if (pip.options.some(({ name }) => name === "editable")) return true;
  return pipTargetWords(pip).some(({ value }) => compilesAtRunTime(pipTarget(value ?? "").name));
}

/** Programs that fetch, unpack and prepare sources, and leave nothing elsewhere. */
export const preparing: ReadonlySet<string> = new Set(
  ". : autoreconf autogen.sh bootstrap bootstrap.sh cd cmake configure curl export git mkdir patch popd pushd rm set tar true unzip wget".split(
    " ",
  ),
);
