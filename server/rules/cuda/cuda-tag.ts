import { meantOs } from "../../../core/cuda/os.ts";
import { minorOf } from "../../../core/cuda/releases.ts";
import { isCudaRepository, judgeCudaTag, parseCudaTag, type TagJudgement } from "../../../core/cuda/tags.ts";
import { anyOf, originOf, tagFixes } from "../base/tag-fixes.ts";
import { type UsedImage, usedImages } from "../base/used-image.ts";
import type { FactSource, Facts } from "../facts.ts";
import type { ImageUnderCheck, RuleReport } from "../rule.ts";

type Fault = Extract<TagJudgement, { readonly why: string }>;

/** The `nvidia/cuda` images of a file whose tag is at fault. */
function faultyCudaTags({ lab }: FactSource, facts: Facts): { used: UsedImage; fault: Fault }[] {
  const judged = new Map<string | undefined, TagJudgement>();
  return facts.get(usedImages).flatMap((used) => {
    const { reference } = used;
    // With a digest Docker does not look at the tag.
    if (reference.digest !== undefined || !isCudaRepository(reference.repository)) return [];
    if (isPlaceholder(used)) return [];
    const judgement = judged.get(reference.tag) ?? judgeCudaTag(reference.tag, lab.cudaTags?.tags);
    judged.set(reference.tag, judgement);
    return "why" in judgement ? [{ used, fault: judgement }] : [];
  });
}

/** Whether a default only says that the build has to give the CUDA release: `ARG CUDA_VER=notset`. */
function isPlaceholder({ reference, arguments: used }: UsedImage): boolean {
  const placeholder = /^(?:not-?_?set|unset|undefined|none|null|override-?me|change-?me|required)(?:-|$)/i;
  return used.length > 0 && placeholder.test(reference.tag ?? "");
}

/** A report for each `nvidia/cuda` image of the file whose tag is judged to be one of `kinds`. */
export function* cudaTagReports(
  image: ImageUnderCheck,
  kinds: readonly Fault["kind"][],
): Generator<RuleReport> {
  for (const { used, fault } of image.facts.get(faultyCudaTags)) {
    if (kinds.includes(fault.kind)) yield report(used, fault);
  }
}

function report(used: UsedImage, { why, nearest }: Fault): RuleReport {
  const { name, tag } = used.reference;
  const advice = nearest.length > 0 ? ` Write ${anyOf(nearest.map((each) => `\`${name}:${each}\``))}.` : "";
  const fixes = tagFixes(used, nearest, isSameImage(tag, nearest[0]));
  return {
    span: used.span,
    message: `${why}.${advice}${originOf(used)}`,
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}

/**
 * Whether `nearest` is what the author asked for, spelt as NVIDIA spells it or one patch later: the same CUDA
 * major and minor and the same OS, flavour and wish for cuDNN. Anything further is the author's decision.
 */
function isSameImage(tag: string | undefined, nearest: string | undefined): boolean {
  if (tag === undefined || nearest === undefined) return false;
  const [asked, found] = [parseCudaTag(tag), parseCudaTag(nearest)];
  return (
    asked.cuda?.includes(".") === true &&
    found.cuda !== undefined &&
    minorOf(asked.cuda) === minorOf(found.cuda) &&
    asked.os !== undefined &&
    meantOs(asked.os) === found.os &&
    (asked.flavour === undefined || asked.flavour === found.flavour) &&
    (asked.cudnn === undefined) === (found.cudnn === undefined)
  );
}
