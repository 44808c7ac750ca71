import { docsFileName } from "../server/rules/docs-url.ts";

/**
 * The pages of docs/rules, by file name.
 * @param {readonly import("../server/rules/rule.ts").Rule[]} rules
 * @param {readonly import("../server/script-rules/script-rule.ts").ScriptRule[]} scriptRules
 * @returns {Map<string, string>}
 */
export function rulePages(rules, scriptRules) {
  const pages = new Map();
  pages.set("README.md", index([...rules, ...scriptRules]));
  for (const rule of rules) pages.set(docsFileName(rule.code), page(rule, "dockerfile"));
  for (const rule of scriptRules) pages.set(docsFileName(rule.code), page(rule, "sh"));
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
    "leaves it out everywhere.",
    "",
    "| convention | severity | finds | fix |",
    "|---|---|---|---|",
    ...rows,
  ]);
}

function page(rule, language) {
  const fence = `\`\`\`${language}`;
  const parts = [
    `# ${rule.code}`,
    "",
    "<!-- Generated from server/rules by npm run docs; edit the rule, not this page. -->",
    "",
    `**${rule.severity}**${hasFix(rule) ? ", with a fix" : ""}: ${rule.summary}`,
    "",
    rule.why,
    "",
  ];
  if (rule.exampleLab) {
    parts.push("The examples are of a lab that says, in `lab-images.json`:", "", "```json");
    parts.push(JSON.stringify(rule.exampleLab, undefined, 2), "```", "");
  }
  for (const example of rule.examples) {
    parts.push(`## ${example.title}`, "", fence, example.bad.trimEnd(), "```", "");
    parts.push(
      `Found at ${example.at.map((words) => `\`${words.replace(/\s*\n\s*/g, " ")}\``).join(", ")}.`,
      "",
    );
    if (example.good !== undefined)
      parts.push("After the fix:", "", fence, example.good.trimEnd(), "```", "");
  }
  if (rule.fine.length > 0) {
    parts.push("## Right answers", "");
    for (const text of rule.fine) parts.push(fence, text.trimEnd(), "```", "");
  }
  parts.push("## Leaving it out", "", fence, `# lab-images ignore=${rule.code}: why`, "```");
  return lines(parts);
}

function hasFix(rule) {
  return rule.examples.some((example) => example.good !== undefined);
}

function lines(parts) {
  return `${parts.join("\n")}\n`;
}
