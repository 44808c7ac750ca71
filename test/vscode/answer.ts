import type { Stroke } from "../bed/page-requests.mjs";

/** Types into the question whose title holds `step`, as somebody who replaces what stands there. */
export function answer(step: string, text: string): Stroke[] {
  const input = `.quick-input-widget:has(.quick-input-title:text("${step}")) input`;
  return [{ see: input }, { press: "Control+A" }, { type: text }, { press: "Enter" }];
}
