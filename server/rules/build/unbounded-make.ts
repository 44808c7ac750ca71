import { unboundedJobs } from "../../../core/commands/parallel-build.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { parses } from "../../fixes/append-commands.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { type UnboundedBuild, unboundedBuilds } from "./unbounded-builds.ts";

/** Builds that start as many compilers as there is work, or cores. */
export const unboundedMake: Rule = {
  code: "build/unbounded-make",
  severity: "info",
  summary: "`make -j` with no number, `ninja -j0`, or a CUDA extension compiled without `MAX_JOBS`.",
  why: `Without a number \`make -j\` starts every compiler at once that has something to do: hundreds on a big project.
A compiler of CUDA code takes several gigabytes, so the machine on which the whole lab builds runs out of memory, and
with it everybody's jobs there. torch's extensions start one compiler a core, which on a large node is as many;
\`MAX_JOBS\` bounds them.`,
  examples: [
    {
      title: "make without a number",
      bad: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN ./configure --prefix=/opt/openmpi \\
    && make -j \\
    && make install
`,
      good: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN ./configure --prefix=/opt/openmpi \\
    && make -j"$(nproc)" \\
    && make install
`,
      at: ["-j"],
    },
    {
      title: "cmake and ninja",
      bad: `FROM ubuntu:22.04
RUN cmake -S /src -B /build && cmake --build /build --parallel
RUN ninja -C /other -j0
`,
      good: `FROM ubuntu:22.04
RUN cmake -S /src -B /build && cmake --build /build --parallel "$(nproc)"
RUN ninja -C /other -j"$(nproc)"
`,
      at: ["--parallel", "-j0"],
    },
    {
      title: "a CUDA extension: how many compilers the node can bear is the author's to know",
      bad: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN pip install --no-cache-dir --no-build-isolation flash-attn==2.5.8
`,
      at: ["flash-attn==2.5.8"],
    },
  ],
  fine: [
    'FROM ubuntu:22.04\nRUN make -j8 && make -j 4 check && make -j"$(nproc)" install && make --jobs=2\n',
    "FROM ubuntu:22.04\nRUN make && ninja && cmake --build build -j 8 && make -j -l 16\n",
    "# Ninja bounds itself.\nFROM ubuntu:22.04\nRUN cmake -G Ninja -B build && cmake --build build --parallel\n",
    "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nENV MAX_JOBS=8\nRUN pip install --no-build-isolation flash-attn==2.5.8\n",
    "# A finished wheel.\nFROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN pip install xformers==0.0.27\n",
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const reports: RuleReport[] = [];
    for (const run of dockerfile.instructions) {
      if (run.kind !== "RUN") continue;
      for (const invocation of run.shell.invocations) {
        const found = unboundedJobs(invocation);
        if (!found || (found.tool === "cmake" && mentionsNinja.test(dockerfile.text))) continue;
        const span = { start: found.words[0]!.span.start, end: found.words.at(-1)!.span.end };
        reports.push(jobsReport(invocation, span, found.option));
      }
    }
    for (const build of unboundedBuilds(dockerfile, facts)) reports.push(buildReport(build));
    reports.sort((a, b) => a.span.start - b.span.start);
    yield* reports;
  },
};

const mentionsNinja = /\bNinja\b|CMAKE_GENERATOR/;

function jobsReport(invocation: Invocation, span: Span, option: string): RuleReport {
  const number = numberFor(invocation);
  return {
    span,
    message:
      "Starts every compiler at once that has something to do, which takes the memory of the machine that others " +
      'build on, too. Bound it: -j"$(nproc)", or a number.',
    ...(number && {
      fixes: [
        {
          title: "Start one job a core",
          automatic: true,
          edits: [{ span, newText: `${option}${number}` }],
        },
      ],
    }),
  };
}

/** As many jobs as there are cores, in the quoting that the script stands in. */
function numberFor({ node, script }: Invocation): string | undefined {
  if (!node || !parses(script)) return undefined;
  if (
    script.embedding === "instruction" ||
    script.embedding === "heredoc" ||
    script.embedding === "single-quoted"
  )
    return '"$(nproc)"';
  // The outer shell puts the number in.
  return script.embedding === "double-quoted" && script.depth === 1 ? "$(nproc)" : undefined;
}

function buildReport(build: UnboundedBuild): RuleReport {
  const edit = maxJobs(build.invocation);
  const { name, triesWheel } = build.compiled;
  return {
    span: build.span,
    message:
      `${name} is compiled here${triesWheel ? " wherever there is no finished wheel of it" : ""}, with one compiler a core ` +
      "at several gigabytes each: a large build node runs out of memory. Bound it with MAX_JOBS.",
    ...(edit && { fixes: [{ title: "Set MAX_JOBS=4 for the command", automatic: false, edits: [edit] }] }),
  };
}

function maxJobs({ node, script, through, word }: Invocation): Edit | undefined {
  if (!node || !parses(script) || script.embedding === "mixed") return undefined;
  const direct = through.every((each) => each === "sudo" || each === "env");
  if (through.length > 0 && !direct) return undefined;
  return { span: { start: word.span.start, end: word.span.start }, newText: "MAX_JOBS=4 " };
}
