import type { Rule } from "../../server/rules/rule.ts";
import { cases, debianNames, type ProofCase, pythonNames } from "./cases.ts";

/** A fixable example as it is built here. */
export interface Example {
  readonly title: string;
  readonly bad: string;
  readonly good: string;
  readonly how: ProofCase;
  /** Why it cannot be built. */
  readonly unproven: string | undefined;
  /** Whether `cases.ts`, or the example itself, says how it is built or why not. */
  readonly told: boolean;
}

const known = new Set([...debianNames, ...pythonNames]);

/** The rule's examples that an automatic fix puts right. */
export function fixableExamples(rule: Rule): Example[] {
  return rule.examples.flatMap(({ title, bad, good }) => {
    if (good === undefined) return [];
    const told = cases[rule.code]?.find((each) => each.title === title);
    const evident = cannotBuild(bad) ?? cannotBuild(good);
    const how = told && !("why" in told) ? told : { title };
    return {
      title,
      bad: replaced(bad, how),
      good: replaced(good, how),
      how,
      unproven:
        evident ?? (told && "why" in told ? told.why : told ? undefined : "test/proof/cases.ts says not how"),
      told: evident !== undefined || told !== undefined,
    };
  });
}

/** What is plain to see in the example. */
function cannotBuild(dockerfile: string): string | undefined {
  if (/^(?:RUN|COPY)\b.*<<-?["']?\w/m.test(dockerfile)) {
    return "the builder of Docker 20.10 has no here-documents";
  }
  const missing = basesOf(dockerfile).filter((name) => !known.has(name));
  return missing.length > 0 ? `there is no registry to get ${missing.join(", ")} from` : undefined;
}

/** The image that each stage builds on, earlier stages followed. */
export function basesOf(dockerfile: string): string[] {
  const stages = new Map<string, string>();
  return [...dockerfile.matchAll(/^FROM (?:--\S+ )?(\S+)(?: AS (\S+))?/gim)].map(([, from = "", name]) => {
    const base = stages.get(from) ?? from;
    if (name !== undefined) stages.set(name, base);
    return base;
  });
}

function replaced(dockerfile: string, { replace = {} }: ProofCase): string {
  let text = dockerfile;
  for (const [from, to] of Object.entries(replace)) text = text.replaceAll(from, to);
  return text;
}
