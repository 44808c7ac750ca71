import type { Comment } from "./scan.ts";
import type { Span } from "./span.ts";

/** The comments that lie in a span, whole; found without a look at all the others. */
export function commentsIn(comments: readonly Comment[], { start, end }: Span): readonly Comment[] {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.span.start < start) low = middle + 1;
    else high = middle;
  }
  let behind = low;
  while (behind < comments.length && comments[behind]!.span.end <= end) behind++;
  return comments.slice(low, behind);
}
