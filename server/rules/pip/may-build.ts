import { type PipCall, pipOption } from "../../../core/commands/pip.ts";
import { pipTarget, pipTargetWords } from "../../../core/cuda/compiled-packages.ts";
import { isFinished } from "../cuda/compiling.ts";

/** Large packages that PyPI and PyTorch's index have wheels of, as of all that they depend on (November 2026). */
const wheels: ReadonlySet<string> = new Set(
  (
    "accelerate black datasets diffusers huggingface-hub isort jax jaxlib lightning mypy onnx onnxruntime " +
    "onnxruntime-gpu peft poetry polars pre-commit pyarrow pytorch-lightning ruff safetensors sentencepiece " +
    "tensorflow timm tokenizers torch torchaudio torchmetrics torchvision transformers triton ultralytics uv virtualenv"
  ).split(" "),
);

/** Whether an install by pip may compile something: only of wheels that are known it is sure that it does not. */
export function mayBuild(call: PipCall): boolean {
  if (pipOption(call, "only-binary") || pipOption(call, "dry-run")) return false;
  if (call.open || call.options.some(({ name }) => unseen.has(name))) return true;
  return pipTargetWords(call).some(({ value }) => value === null || !isWheel(value));
}

const unseen: ReadonlySet<string> = new Set([
  "requirement",
  "group",
  "requirements-from-script",
  "no-binary",
]);

function isWheel(target: string): boolean {
  const { name, source } = pipTarget(target);
  return source === "wheel" || (source === "index" && wheels.has(name)) || isFinished(target);
}
