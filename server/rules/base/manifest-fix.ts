import { isCudaRepository } from "../../../core/cuda/tags.ts";
import { type VariableReference, variableReferences } from "../../../core/dockerfile/docker-word.ts";
import { parseImageReference } from "../../../core/image/reference.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import type { Fix, ImageUnderCheck } from "../rule.ts";
import { type GlobalArgument, referenceValue } from "./global-arguments.ts";
import { buildsOn, manifestArgument } from "./manifest-argument.ts";
import { newestCudaTag } from "./newest-cuda-tag.ts";

/** A value, and whether anybody would choose it. */
interface Suggestion {
  readonly value: string;
  readonly sure: boolean;
}

/** Names that say "the image that this one builds on". */
const baseName = /^(?:BASE|(?:(?:BASE|FROM|PARENT)_)?(?:IMG|IMAGE))$/i;
const cudaName = /^CUDA_(?:BASE_)?(?:IMG|IMAGE)$/i;

/** The fix that gives the variable a value in `lab-images.json`; undefined where none can be told. */
export function manifestFix(
  { dockerfile, lab }: ImageUnderCheck,
  raw: string,
  reference: VariableReference,
  known: ReadonlyMap<string, GlobalArgument>,
): Fix | undefined {
  const quote = /^"(.*)"$/s.test(raw) ? 1 : 0;
  const before = partValue(raw.slice(quote, reference.start), dockerfile.escape, known);
  const after = partValue(raw.slice(reference.end, raw.length - quote), dockerfile.escape, known);
  if (before === null || after === null) return undefined;
  const { name } = reference;
  const whole = before === "" && after === "";
  const suggestion = whole ? wholeReference(lab, name, dockerfile.text) : tagPart(before, after);
  const otherFile = suggestion && manifestArgument(lab, name, suggestion.value);
  if (!suggestion || !otherFile) return undefined;
  return {
    title: `Set ${name} to ${suggestion.value} in lab-images.json`,
    automatic: suggestion.sure,
    edits: [],
    otherFile,
  };
}

/** The text around the variable; `null` when it holds another one of no known value. */
function partValue(raw: string, escape: string, known: ReadonlyMap<string, GlobalArgument>): string | null {
  let text = "";
  let at = 0;
  for (const reference of variableReferences(raw, escape)) {
    const value = referenceValue(raw, reference, escape, known);
    if (value === null) return null;
    text += raw.slice(at, reference.start) + value;
    at = reference.end;
  }
  return text + raw.slice(at);
}

function wholeReference(lab: LabImage, argument: string, text: string): Suggestion | undefined {
  const { name, siblings, manifestText } = lab;
  const ofAnImage = baseName.test(argument);
  if (name === undefined || !(ofAnImage || cudaName.test(argument))) return undefined;
  const sibling = siblings.includes("base") ? "base" : siblings.length === 1 ? siblings[0] : undefined;
  if (ofAnImage && sibling !== undefined && name !== "base" && !buildsOn(manifestText, sibling, name)) {
    // A lone image of another name may as well be the one that builds on this one.
    return { value: `\${image:${sibling}}`, sure: sibling === "base" };
  }
  const tag = newestCudaTag("", "");
  // The guide's own name, or in a lab's folder a file that speaks of CUDA; one for ROCm or a Jetson wants another base.
  const cuda = argument === "BASE_IMG" || (manifestText !== undefined && /cuda|nvidia/i.test(text));
  const sure = cuda && !/rocm|jetson|l4t/i.test(text);
  return tag === undefined ? undefined : { value: `nvidia/cuda:${tag}`, sure };
}

function tagPart(before: string, after: string): Suggestion | undefined {
  const colon = before.lastIndexOf(":");
  const repository = colon < 0 ? undefined : parseImageReference(before.slice(0, colon))?.repository;
  if (repository === undefined || !isCudaRepository(repository)) return undefined;
  const value = newestCudaTag(before.slice(colon + 1), after);
  return value === undefined ? undefined : { value, sure: true };
}
