import { docsFileName } from "../server/rules/docs-url.ts";
import { hasFix, rulePage } from "../server/rules/rule-page.ts";

/**
 * The pages of docs/rules, by file name.
 * @param {readonly import("../server/rules/rule-page.ts").KnownRule[]} rules
 * @returns {Map<string, string>}
 */
export function rulePages(rules) {
  const pages = new Map();
  pages.set("README.md", index(rules.map(({ rule }) => rule)));
  for (const known of rules) pages.set(docsFileName(known.rule.code), page(known));
  return pages;
}

function index(rules) {
  const rows = rules.map(
    (rule) =>
      `| [\`${rule.code}\`](${docsFileName(rule.code)}) | ${rule.severity} | ${rule.summary} | ${hasFix(rule) ? "yes" : ""} |`,
  );
  return lines([
    "# The conventions",
    "",
    "Generated from `server/rules` by `npm run docs`; edit the rules, not these pages.",
    "",
    'A lab changes a severity in `lab-images.json`: `"rules": { "apt/clean-lists": "off" }`',
    "(`error`, `warning`, `info`, `hint`, `off`). A comment above an instruction leaves one finding out:",
    "`# lab-images ignore=apt/clean-lists: why`; at the top of the file, `# lab-images ignore-file=apt/clean-lists`",
    "leaves it out everywhere. In `lab-images.json` itself the comment begins with `//`.",
    "",
    "| convention | severity | finds | fix |",
    "|---|---|---|---|",
    ...rows,
  ]);
}

function page(known) {
  return lines([
    `# ${known.rule.code}`,
    "",
    "<!-- Generated from server/rules by npm run docs; edit the rule, not this page. -->",
    ...rulePage(known).flatMap((part) => ["", ...markdownOf(part)]),
  ]);
}

/** @param {import("../server/rules/rule-page.ts").PagePart} part */
function markdownOf(part) {
  if (part.kind === "heading") return [`## ${part.text}`];
  if (part.kind === "paragraph") return [part.text];
  return [`\`\`\`${part.language}`, part.text, "```"];
}

function lines(parts) {
  return `${parts.join("\n")}\n`;
}
