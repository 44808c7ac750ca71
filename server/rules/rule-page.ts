import type { Rule } from "./rule.ts";

/** A piece of a rule's page, before it is put into Markdown or shown in a terminal. */
export type PagePart =
  | { readonly kind: "heading"; readonly text: string }
  /** Markdown of one line: `code`, **strong**. */
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "code"; readonly language: PageLanguage | "json"; readonly text: string };

/** What a rule's examples are written in. */
export type PageLanguage = "dockerfile" | "sh";

/** A rule for Dockerfiles or for build scripts, as far as its page tells of it. */
export type DocumentedRule = Omit<Rule, "check">;

/** The page that explains a rule, below its title. */
export function rulePage(rule: DocumentedRule, language: PageLanguage): PagePart[] {
  const code = (text: string): PagePart => ({ kind: "code", language, text: text.trimEnd() });
  const parts: PagePart[] = [
    paragraph(`**${rule.severity}**${hasFix(rule) ? ", with a fix" : ""}: ${rule.summary}`),
    paragraph(rule.why),
  ];
  if (rule.exampleLab) {
    parts.push(paragraph("The examples are of a lab that says, in `lab-images.json`:"));
    parts.push({ kind: "code", language: "json", text: JSON.stringify(rule.exampleLab, undefined, 2) });
  }
  for (const example of rule.examples) {
    const words = example.at.map((each) => `\`${each.replace(/\s*\n\s*/g, " ")}\``).join(", ");
    parts.push(heading(example.title), code(example.bad), paragraph(`Found at ${words}.`));
    if (example.good !== undefined) parts.push(paragraph("After the fix:"), code(example.good));
  }
  if (rule.fine.length > 0) parts.push(heading("Right answers"), ...rule.fine.map(code));
  return [...parts, heading("Leaving it out"), code(`# lab-images ignore=${rule.code}: why`)];
}

/** Whether a rule can put right what it finds. */
export function hasFix(rule: DocumentedRule): boolean {
  return rule.examples.some((example) => example.good !== undefined);
}

function heading(text: string): PagePart {
  return { kind: "heading", text };
}

function paragraph(text: string): PagePart {
  return { kind: "paragraph", text };
}
