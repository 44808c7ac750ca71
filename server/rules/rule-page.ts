import type { Rule } from "./rule.ts";

/** A piece of a rule's page, before it is put into Markdown or shown in a terminal. */
export type PagePart =
  | { readonly kind: "heading"; readonly text: string }
  /** Markdown of one line: `code`, **strong**. */
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "code"; readonly language: PageLanguage | "json"; readonly text: string };

/** What a rule's examples are written in. */
export type PageLanguage = "dockerfile" | "sh" | "jsonc";

/** A rule for Dockerfiles or for build scripts, as far as its page tells of it. */
export type DocumentedRule = Omit<Rule, "check">;

/** A rule, and what it reads. */
export interface KnownRule {
  readonly rule: DocumentedRule;
  readonly language: PageLanguage;
  /** The same convention for other kinds of files. */
  readonly also: readonly Omit<KnownRule, "also">[];
}

/** The page that explains a rule, below its title. */
export function rulePage({ rule, language, also }: KnownRule): PagePart[] {
  const parts: PagePart[] = [
    paragraph(`**${rule.severity}**${hasFix(rule) ? ", with a fix" : ""}: ${rule.summary}`),
    paragraph(rule.why),
  ];
  if (rule.exampleLab) {
    parts.push(paragraph("The examples are of a lab that says, in `lab-images.json`:"));
    parts.push({ kind: "code", language: "json", text: JSON.stringify(rule.exampleLab, undefined, 2) });
  }
  for (const each of [{ rule, language }, ...also]) parts.push(...examplesOf(each));
  const mark = language === "jsonc" ? "//" : "#";
  const comment = codeIn(language)(`${mark} lab-images ignore=${rule.code}: why`);
  return [...parts, heading("Leaving it out"), comment];
}

/** The mistakes and right answers of one kind of file. */
function examplesOf({ rule, language }: Omit<KnownRule, "also">): PagePart[] {
  const code = codeIn(language);
  const parts: PagePart[] = [];
  for (const example of rule.examples) {
    const words = example.at.map((each) => `\`${each.replace(/\s*\n\s*/g, " ")}\``).join(", ");
    parts.push(heading(example.title), code(example.bad), paragraph(`Found at ${words}.`));
    if (example.good !== undefined) parts.push(paragraph("After the fix:"), code(example.good));
  }
  if (rule.fine.length > 0) parts.push(heading("Right answers"), ...rule.fine.map(code));
  return parts;
}

function codeIn(language: PageLanguage): (text: string) => PagePart {
  return (text) => ({ kind: "code", language, text: text.trimEnd() });
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
