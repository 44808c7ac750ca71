import type { Node } from "jsonc-parser";
import { LineIndex, lineEndOf, type Span } from "../../core/dockerfile/span.ts";
import { imageGraph } from "../../core/lab/image-graph.ts";
import type { Lab } from "../../core/lab/lab.ts";
import type { Manifest } from "../../core/lab/manifest.ts";
import type { ManifestText } from "../../core/lab/manifest-text.ts";
import { allManifestRules } from "../manifest-rules/all-manifest-rules.ts";
import type { ManifestRule } from "../manifest-rules/manifest-rule.ts";
import { ruleCodes } from "../rules/known-rules.ts";
import type { Finding } from "../rules/rule.ts";
import { collectFindings } from "./lint.ts";
import type { SeverityOverrides } from "./severities.ts";
import { applySuppressions, type SuppressibleText, unusedSuppression } from "./suppressions.ts";

/** Every finding of a lab's manifest in the text's order. */
export function lintManifest(
  manifest: Manifest,
  lab: Lab,
  overrides: SeverityOverrides,
  rules: readonly ManifestRule[] = allManifestRules,
): Finding[] {
  const under = { manifest, lab, graph: imageGraph(lab), codes: [...ruleCodes, unusedSuppression] };
  const findings = collectFindings(rules, overrides, (rule) => rule.check(under));
  return applySuppressions(suppressibleManifest(manifest.text), findings, rules, overrides);
}

/**
 * A manifest as suppression comments see it: one above a property, or behind it in its line, covers the property
 * with all that is in it.
 */
export function suppressibleManifest(manifest: ManifestText): SuppressibleText {
  const { text, root, comments } = manifest;
  const lines = new LineIndex(text);
  const places: { readonly span: Span }[] = [];
  const visit = (node: Node): void => {
    const span = { start: node.offset, end: node.offset + node.length };
    const isFirst = text.slice(lines.lineStart(lines.lineAt(span.start)), span.start).trim() === "";
    if (node === root || (node.type === "property" && isFirst)) places.push({ span });
    for (const child of node.children ?? []) visit(child);
  };
  if (root) visit(root);
  return {
    text,
    lines,
    lineEnd: lineEndOf(text),
    commentMark: "//",
    comments,
    instructions: places,
    coveredBy: ({ span }) => {
      const line = lines.lineAt(span.start);
      const before = places.find((each) => lines.lineAt(each.span.start) === line);
      return before && before.span.start < span.start
        ? before
        : places.find((each) => each.span.start > span.start);
    },
  };
}
