import { writeFileSync } from "node:fs";
import type { Fix, ImageUnderCheck, Rule, RuleReport, Severity } from "../../server/rules/rule.ts";
import { withArgument } from "./manifest-text.ts";

/**
 * Rules that stand in for the real ones, so that a test of the command line says what is in a file by itself and
 * does not change with the conventions: each finds a word.
 */
export const allRules: readonly Rule[] = [
  words("demo/error", "error", /sudo/g, "Runs sudo, which a build never needs; leave it out."),
  words("demo/warning", "warning", /apt (?=install)/g, "Calls apt; call apt-get.", (text) => ({
    title: "Call apt-get",
    automatic: true,
    newText: text.replace("apt", "apt-get"),
  })),
  words("demo/info", "info", /TODO/g, "Is not done; do it.", () => ({
    title: "Say it is done",
    automatic: false,
    newText: "DONE",
  })),
  words("demo/hint", "hint", /perhaps/g, "Is not sure."),
  words("demo/lines", "warning", /BEGIN[\s\S]*?END/g, "Spans lines."),
  words("demo/fault", "warning", /EXPLODE/g, "", () => {
    throw new Error("the rule stumbled");
  }),
  {
    ...about("demo/race", "warning"),
    // Someone else saves the file while it is being checked.
    check: ({ dockerfile }) => {
      if (dockerfile.text.includes("RACE")) writeFileSync("Dockerfile", "# saved meanwhile\n");
      return [];
    },
  },
  {
    ...about("demo/manifest", "warning"),
    check: function* ({ dockerfile, lab }: ImageUnderCheck): Iterable<RuleReport> {
      for (const match of dockerfile.text.matchAll(/^ARG (\w+)$/gm)) {
        const name = match[1]!;
        if (lab.buildArguments.has(name) || lab.manifestPath === undefined) continue;
        const after = withArgument(lab, name);
        yield {
          span: { start: match.index + 4, end: match.index + 4 + name.length },
          message: `Nothing gives ${name} a value; write one.`,
          fixes: [
            {
              title: `Give ${name} a value`,
              automatic: true,
              edits: [],
              otherFile: { path: lab.manifestPath, before: lab.manifestText, after },
            },
          ],
        };
      }
    },
  },
];

function words(
  code: string,
  severity: Severity,
  pattern: RegExp,
  message: string,
  fix?: (text: string) => Pick<Fix, "title" | "automatic"> & { readonly newText: string },
): Rule {
  return {
    ...about(code, severity),
    check: function* ({ dockerfile }) {
      for (const match of dockerfile.text.matchAll(pattern)) {
        const span = { start: match.index, end: match.index + match[0].trimEnd().length };
        if (!fix) {
          yield { span, message };
          continue;
        }
        const { title, automatic, newText } = fix(dockerfile.text.slice(span.start, span.end));
        yield { span, message, fixes: [{ title, automatic, edits: [{ span, newText }] }] };
      }
    },
  };
}

function about(code: string, severity: Severity): Omit<Rule, "check"> {
  return { code, severity, summary: `Finds ${code}.`, why: `Because of ${code}.`, examples: [], fine: [] };
}
