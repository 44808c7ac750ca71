import { commentsIn } from "../../../core/dockerfile/comments-in.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Assignment, EnvInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import type { Edit, Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { newSpelling } from "./legacy-value.ts";

/** `ENV NAME value`, the form without an equals sign. */
export const legacyFormat: Rule = {
  code: "env/legacy-format",
  severity: "warning",
  summary: "`ENV NAME value` instead of `ENV NAME=value`.",
  why: `Without the equals sign, Docker takes everything up to the end of the line as the value of one variable: a second
variable on the line silently becomes part of the first one's value. The form is deprecated, each build warns of it, and
a later Docker may refuse it.`,
  examples: [
    {
      title: "a value",
      bad: `FROM ubuntu:22.04
ENV AUTO_SHUTDOWN_TIME 1h
`,
      good: `FROM ubuntu:22.04
ENV AUTO_SHUTDOWN_TIME=1h
`,
      at: ["AUTO_SHUTDOWN_TIME 1h"],
    },
    {
      title: "a value with blanks",
      bad: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
ENV TORCH_CUDA_ARCH_LIST 7.0 8.0+PTX
ENV PATH /opt/conda/bin:$PATH
`,
      good: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
ENV TORCH_CUDA_ARCH_LIST="7.0 8.0+PTX"
ENV PATH=/opt/conda/bin:$PATH
`,
      at: ["TORCH_CUDA_ARCH_LIST 7.0 8.0+PTX", "PATH /opt/conda/bin:$PATH"],
    },
    {
      title: "a value with quotes and blanks outside them",
      bad: `FROM ubuntu:22.04
ENV GREETING hello "big  world"
`,
      good: `FROM ubuntu:22.04
ENV GREETING="hello big  world"
`,
      at: ['GREETING hello "big  world"'],
    },
    {
      title: "an equals sign between blanks, which becomes part of the value",
      bad: `FROM ubuntu:22.04
ENV OMP_NUM_THREADS = 8
`,
      at: ["OMP_NUM_THREADS = 8"],
    },
  ],
  fine: [
    `FROM ubuntu:22.04
ENV AUTO_SHUTDOWN_TIME=1h
`,
    `FROM ubuntu:22.04
ENV LANG=C.UTF-8 \\
    LC_ALL=C.UTF-8
`,
    `FROM ubuntu:22.04
ENV GREETING="hello world"
`,
  ],
  *check({ dockerfile }: ImageUnderCheck): Iterable<RuleReport> {
    for (const env of dockerfile.instructions) {
      if (env.kind !== "ENV" || !env.legacy || !env.stage) continue;
      const [assignment] = env.assignments;
      if (assignment?.raw !== undefined) yield report(dockerfile, env, assignment, assignment.raw);
    }
  },
};

function report(
  dockerfile: Dockerfile,
  env: EnvInstruction,
  assignment: Assignment,
  raw: string,
): RuleReport {
  const { name, span } = assignment;
  // A quote or an escape in the name is an error in one form and part of the word in the other.
  const value = /["'\\`]/.test(name) ? undefined : valueSpan(env, span);
  if (raw.startsWith("=")) return strayEquals(dockerfile, assignment, raw, value);
  const edits = value && editsFor(dockerfile, assignment, raw, value);
  const fix: Fix | undefined = edits && { title: `Write ${name}=…`, automatic: true, edits };
  const short = edits?.length === 1 && edits[0]!.newText === "=" && raw.length <= 40;
  return {
    span,
    message:
      "This is the old form of ENV, of which each build warns: it takes one variable, and all that follows as its " +
      `value; write \`ENV ${name}=${short ? raw : "…"}\`.`,
    ...(fix && { fixes: [fix] }),
  };
}

/** `ENV NAME = value` sets the variable to `= value`: which of the two is meant is the author's to say. */
function strayEquals(
  dockerfile: Dockerfile,
  { name, nameSpan, span }: Assignment,
  raw: string,
  value: Span | undefined,
): RuleReport {
  const meant = raw.slice(1).trimStart();
  const spelling = newSpelling(meant, dockerfile.escape);
  const lines = dockerfile.text.slice(nameSpan.end, span.end).includes("\n");
  const text = spelling?.kind === "text" ? spelling.text : spelling?.kind === "quoted" ? `"${meant}"` : meant;
  const replaced = { start: nameSpan.end, end: span.end };
  const fix: Fix | undefined =
    value && spelling && !lines
      ? { title: `Write ${name}=…`, automatic: false, edits: [{ span: replaced, newText: `=${text}` }] }
      : undefined;
  return {
    span,
    message: `The blank in front of the equals sign makes it part of the value; write \`ENV ${name}=…\` without blanks.`,
    ...(fix && { fixes: [fix] }),
  };
}

function editsFor(
  { text, comments, escape }: Dockerfile,
  { nameSpan }: Assignment,
  raw: string,
  value: Span,
): Edit[] | undefined {
  const spelling = newSpelling(raw, escape);
  if (!spelling) return undefined;
  const gap = { start: nameSpan.end, end: value.start };
  if (commentsIn(comments, gap).length > 0) return undefined;
  switch (spelling.kind) {
    case "same":
      return [{ span: gap, newText: "=" }];
    case "quoted":
      return [
        { span: gap, newText: '="' },
        { span: { start: value.end, end: value.end }, newText: '"' },
      ];
    case "text":
      // Over several lines the rewritten text would lose its author's line ends.
      return text.slice(value.start, value.end).includes("\n")
        ? undefined
        : [{ span: { start: gap.start, end: value.end }, newText: `=${spelling.text}` }];
  }
}

/** Where the value stands, behind the name and the blanks that follow it. */
function valueSpan({ rest }: EnvInstruction, { end }: Span): Span | undefined {
  const before = /^\s*\S+\s+/.exec(rest.text)?.[0].length;
  return before === undefined ? undefined : { start: rest.toSource(before), end };
}
