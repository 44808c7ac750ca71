import { variableReferences } from "../../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Assignment, Stage } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { chainFacts } from "../chain-facts.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";

const variable = "LD_LIBRARY_PATH";

/** `LD_LIBRARY_PATH` overwritten where a CUDA base has set it. */
export const libraryPath: Rule = {
  code: "env/library-path",
  severity: "warning",
  summary: "`LD_LIBRARY_PATH` overwritten, not extended, on a CUDA base.",
  why: `CUDA images come with an \`LD_LIBRARY_PATH\` that names the folders into which a cluster puts the GPU driver's
libraries (\`/usr/local/nvidia/lib64\`). An \`ENV\` that overwrites it drops them: on some nodes the job then finds no
GPU, on others it works, and the Dockerfile looks innocent.`,
  examples: [
    {
      title: "a library of one's own",
      bad: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
ENV LD_LIBRARY_PATH=/opt/openmpi/lib
`,
      good: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
ENV LD_LIBRARY_PATH=/opt/openmpi/lib:\${LD_LIBRARY_PATH}
`,
      at: ["LD_LIBRARY_PATH=/opt/openmpi/lib"],
    },
    {
      title: "among other variables, in quotes",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
ENV OMP_NUM_THREADS=8 \\
    LD_LIBRARY_PATH="/opt/mujoco/bin" \\
    MUJOCO_GL=egl
`,
      good: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
ENV OMP_NUM_THREADS=8 \\
    LD_LIBRARY_PATH="/opt/mujoco/bin:\${LD_LIBRARY_PATH}" \\
    MUJOCO_GL=egl
`,
      at: ['LD_LIBRARY_PATH="/opt/mujoco/bin"'],
    },
    {
      title: "through a stage of the same file",
      bad: `ARG CUDA=12.4.1
FROM nvidia/cuda:\${CUDA}-runtime-ubuntu22.04 AS base
FROM base
ENV LD_LIBRARY_PATH /usr/local/cuda/lib64:/usr/local/lib
`,
      good: `ARG CUDA=12.4.1
FROM nvidia/cuda:\${CUDA}-runtime-ubuntu22.04 AS base
FROM base
ENV LD_LIBRARY_PATH /usr/local/cuda/lib64:/usr/local/lib:\${LD_LIBRARY_PATH}
`,
      at: ["LD_LIBRARY_PATH /usr/local/cuda/lib64:/usr/local/lib"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nENV LD_LIBRARY_PATH=/opt/openmpi/lib:$LD_LIBRARY_PATH\n",
    "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nENV LD_LIBRARY_PATH=/usr/local/nvidia/lib64:/opt/openmpi/lib\n",
    "# No CUDA here.\nFROM ubuntu:22.04\nENV LD_LIBRARY_PATH=/opt/openmpi/lib\n",
    "# Nothing is known of this base.\nFROM registry.example.org/group/base:1\nENV LD_LIBRARY_PATH=/opt/openmpi/lib\n",
    "# Only the last stage runs on a GPU.\nFROM nvidia/cuda:12.2.2-devel-ubuntu22.04 AS build\nENV LD_LIBRARY_PATH=/opt/lib\nFROM ubuntu:22.04\nCOPY --from=build /opt/lib /opt/lib\n",
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const shipped = shippedStages(dockerfile);
    for (const stage of dockerfile.stages) {
      if (!shipped.has(stage)) continue;
      const assignments = stage.instructions
        .flatMap((each) => (each.kind === "ENV" ? each.assignments : []))
        .filter((each) => overwrites(each, dockerfile.escape));
      if (assignments.length === 0) continue;
      const first = firstStage(stage);
      if (!isNamedCuda(first) && !facts.get(chainFacts).at(first).cuda) continue;
      for (const assignment of assignments) yield report(dockerfile, assignment);
    }
  },
};

/** The stage that builds on the image from elsewhere: a toolkit that a stage installs sets no path. */
function firstStage(stage: Stage): Stage {
  let first = stage;
  while (first.parent) first = first.parent;
  return first;
}

/** Whether the FROM names NVIDIA's CUDA images, though the tag may not be known. */
function isNamedCuda({ base }: Stage): boolean {
  return /^["']?((docker\.io|nvcr\.io)\/)?nvidia\/cuda:/.test(base?.raw ?? "");
}

function overwrites({ name, raw, value }: Assignment, escape: string): boolean {
  if (name !== variable || !raw || value === "" || value === undefined) return false;
  if (raw.includes(variable) || raw.includes("/usr/local/nvidia/lib") || /^\s*=/.test(raw)) return false;
  // A part that is one variable alone may hold the old value.
  const parts = raw.replace(/^(["'])(.*)\1$/s, "$2").split(":");
  return !parts.some((part) => {
    const [only] = variableReferences(part, escape);
    return only !== undefined && only.start === 0 && only.end === part.length;
  });
}

function report(dockerfile: Dockerfile, { span, raw }: Assignment): RuleReport {
  const edit = extended(dockerfile, span.end, raw ?? "");
  return {
    span,
    message:
      "Overwrites the library path of the CUDA base, which leads to the GPU driver's libraries: on some nodes the job " +
      "then finds no GPU. Extend it: put :${LD_LIBRARY_PATH} behind your own folders.",
    ...(edit && { fixes: [{ title: `Extend ${variable}`, automatic: true, edits: [edit] }] }),
  };
}

function extended({ text }: Dockerfile, end: number, raw: string): Edit | undefined {
  const bare = /^[^"'\\`\s]+$/.test(raw);
  const quoted = /^"[^"\\`]+"$/.test(raw) && text[end - 1] === '"';
  if (!bare && !quoted) return undefined;
  const at = quoted ? end - 1 : end;
  if (quoted ? false : text.slice(end - 1, end) !== raw.at(-1)) return undefined;
  const colon = text[at - 1] === ":" ? "" : ":";
  return { span: { start: at, end: at }, newText: `${colon}\${${variable}}` };
}
