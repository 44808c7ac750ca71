import { describe, expect, test } from "vitest";
import { pipCall } from "../../../../core/commands/pip.ts";
import { compilesAtRunTime, cudaBuilds, pipTarget } from "../../../../core/cuda/compiled-packages.ts";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";

test.each([
  ["flash-attn==2.5.8", "flash-attn", "index"],
  ["Flash_Attn[extra]>=2 ; python_version>'3.8'", "flash-attn", "index"],
  ["git+https://github.com/facebookresearch/pytorch3d.git@v0.7.4", "pytorch3d", "git"],
  ["git+https://github.com/NVlabs/tiny-cuda-nn/#subdirectory=bindings/torch", "tiny-cuda-nn", "git"],
  ["git+https://github.com/NVlabs/tiny-cuda-nn/@v1.7#subdirectory=bindings/torch", "tiny-cuda-nn", "git"],
  ["git+ssh://git@github.com/org/simple_knn.git", "simple-knn", "git"],
  ["git+https://github.com/org/simple_knn.git@feature/x@2", "simple-knn", "git"],
  ["detectron2 @ git+https://github.com/facebookresearch/detectron2.git", "detectron2", "git"],
  ["git+https://example.org/repo#egg=apex", "apex", "git"],
  ["./submodules/diff-gaussian-rasterization/", "diff-gaussian-rasterization", "path"],
  ["submodules/simple-knn[dev]", "simple-knn", "path"],
  [".", "", "path"],
  [".[dev]", "", "path"],
  ["https://example.org/whl/xformers-0.0.28-cp310-cp310-linux_x86_64.whl", "xformers", "wheel"],
  ["https://github.com/o/r/archive/main.zip", "main-zip", "archive"],
] as const)("takes %s apart", (text, name, source) => {
  expect(pipTarget(text)).toEqual({ name, source });
});

/** The packages that the RUN of a command is known to compile. */
function built(command: string): string[] {
  const { instructions } = parseDockerfile(`FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN ${command}\n`);
  const run = instructions[1];
  if (run?.kind !== "RUN") throw new Error("no RUN");
  return run.shell.invocations.flatMap((invocation) => {
    const call = pipCall(invocation);
    const environment = (name: string) => invocation.environment.get(name);
    return call ? cudaBuilds(call, environment).map(({ compiled }) => compiled.name) : [];
  });
}

describe("what a pip call compiles", () => {
  test.each([
    ["pip install flash-attn --no-build-isolation", ["flash-attn"]],
    ["python3 -m pip install --no-cache-dir torch mamba-ssm causal_conv1d", ["mamba-ssm", "causal-conv1d"]],
    ["pip wheel -w /whl git+https://github.com/facebookresearch/xformers@main", ["xformers"]],
    ["pip install -e ./submodules/simple-knn", ["simple-knn"]],
    ["pip install --editable=/opt/curobo", ["curobo"]],
    ["FORCE_CUDA=1 pip install torch-scatter", ["torch-scatter"]],
    ["DS_BUILD_FUSED_ADAM=1 pip install deepspeed", ["deepspeed"]],
    ["pip install flash-attn --extra-index-url https://download.pytorch.org/whl/cu121", ["flash-attn"]],
  ])("%s", (command, names) => expect(built(command)).toEqual(names));

  test.each([
    ["CUDA is not asked for", "pip install torch-scatter git+https://github.com/facebookresearch/detectron2"],
    ["CUDA is turned off", "FORCE_CUDA=0 pip install torch-scatter"],
    ["nobody knows", "FORCE_CUDA=$WITH_CUDA pip install torch-scatter"],
    [
      "wheels of their own index",
      "FORCE_CUDA=1 pip install torch-scatter -f https://data.pyg.org/whl/torch-2.1.0+cu121.html",
    ],
    ["wheels of PyPI", "pip install xformers vllm gsplat"],
    ["PyPI's apex is another package", "pip install apex"],
    ["a wheel", "pip install /whl/flash_attn-2.5.8-cp310-cp310-linux_x86_64.whl"],
    ["wheels alone", "pip install --only-binary :all: flash-attn"],
    ["no install", "pip uninstall -y flash-attn"],
  ])("nothing where %s", (_, command) => expect(built(command)).toEqual([]));
});

test("knows what compiles while it is used", () => {
  for (const name of ["deepspeed", "triton", "cupy-cuda12x", "flashinfer-python", "gsplat"])
    expect(compilesAtRunTime(name), name).toBe(true);
  for (const name of ["torch", "numpy", "transformers"]) expect(compilesAtRunTime(name), name).toBe(false);
});
