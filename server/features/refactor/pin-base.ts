import { instructionAt } from "../../../core/dockerfile/instruction-at.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { originOf } from "../../rules/base/tag-fixes.ts";
import { type UsedImage, usedImages } from "../../rules/base/used-image.ts";
import type { FactSource } from "../../rules/facts.ts";

/** Where the digest of a base is written, behind its tag; or why there is no such place. */
export type PinPlace =
  | {
      readonly kind: "place";
      /** What the registry is asked for: name and tag, arguments substituted. */
      readonly reference: string;
      /** An offset: in the FROM or COPY, or in the default of its ARG. */
      readonly at: number;
      /** What stands before the digest in the new text: a tag, where none was written. */
      readonly before: string;
    }
  | { readonly kind: "none"; readonly why: string };

/** The place for the digest of the image that a FROM, a COPY --from or an argument's default at `selection` names. */
export function pinPlace(source: FactSource, selection: Span): PinPlace {
  const at = instructionAt(source.dockerfile, selection.start);
  const isElsewhere = at && selection.end <= at.span.end && !["FROM", "COPY", "ARG"].includes(at.kind);
  // Asked at every move of the cursor, and most of a file is something else.
  const used = isElsewhere ? undefined : usedImages(source).find((each) => touches(source, each, selection));
  if (!used)
    return { kind: "none", why: "Put the cursor on a FROM or COPY --from that names an image with its tag." };
  const { reference, slot } = used;
  const { name, tag = "latest" } = reference;
  if (reference.digest !== undefined)
    return { kind: "none", why: `${name} is pinned by its digest already.` };
  if (!slot) {
    const origin = originOf(used);
    return {
      kind: "none",
      why: `There is no one place here for the digest of ${name}:${tag}: its tag does not stand in one piece.${origin}`,
    };
  }
  const before = reference.tag === undefined ? `:${tag}` : "";
  return { kind: "place", reference: `${name}:${tag}`, at: slot.span.end, before };
}

function touches({ dockerfile }: FactSource, { span, slot }: UsedImage, selection: Span): boolean {
  const places = slot ? [span.start, slot.span.start] : [span.start];
  return places.some((offset) => {
    const written = instructionAt(dockerfile, offset)?.span;
    return written !== undefined && written.start <= selection.end && written.end >= selection.start;
  });
}
