import { type AptCall, commandsThatNeedLists } from "../../../core/commands/apt.ts";
import { holdsRotatedKey } from "../../../core/cuda/rotated-key.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Instruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { BaseFacts } from "../../../core/image/base-facts.ts";
import { insertCommandBefore } from "../../fixes/insert-command.ts";
import { builtOnText } from "../built-on.ts";
import { chainFacts } from "../chain-facts.ts";
import type { Facts } from "../facts.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { type AptStep, aptCalls, aptRuns, callSpan } from "./apt-run.ts";

const lists = "/etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list";

/** An old CUDA image whose package lists are signed with a key that it does not know. */
export const rotatedNvidiaKey: Rule = {
  code: "apt/rotated-nvidia-key",
  severity: "warning",
  summary: "apt-get update on a CUDA image that is older than NVIDIA's apt key of April 2022.",
  why: `NVIDIA signs its apt repository with another key since the end of April 2022. Images that were never built anew
know the old one alone: \`apt-get update\` says that the repository is not signed, and the build stops. Most builds need
nothing from that repository, because CUDA is in the image: without its list apt works again. A base that NVIDIA still
supports has the new key.`,
  examples: [
    {
      title: "an image of 2021",
      bad: `FROM nvidia/cuda:11.2.0-cudnn8-devel-ubuntu20.04
RUN apt-get update \\
    && apt-get install -y --no-install-recommends git \\
    && rm -rf /var/lib/apt/lists/*
`,
      good: `FROM nvidia/cuda:11.2.0-cudnn8-devel-ubuntu20.04
RUN rm -f /etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list && apt-get update \\
    && apt-get install -y --no-install-recommends git \\
    && rm -rf /var/lib/apt/lists/*
`,
      at: ["apt-get update"],
    },
    {
      title: "an image that was built on one",
      bad: `FROM pytorch/pytorch:1.9.0-cuda10.2-cudnn7-devel AS train
RUN <<EOF
set -e
apt-get update
apt-get install -y git
EOF
`,
      good: `FROM pytorch/pytorch:1.9.0-cuda10.2-cudnn7-devel AS train
RUN <<EOF
set -e
rm -f /etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list
apt-get update
apt-get install -y git
EOF
`,
      at: ["apt-get update"],
    },
    {
      title: "packages of that repository: it has to stay",
      bad: `FROM nvidia/cuda:11.2.0-devel-ubuntu20.04
RUN apt-get update && apt-get install -y --no-install-recommends libnccl-dev
`,
      at: ["apt-get update"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:11.8.0-devel-ubuntu22.04\nRUN apt-get update && apt-get install -y git\n",
    "# Built anew after the change.\nFROM nvidia/cuda:11.3.1-devel-ubuntu20.04\nRUN apt-get update && apt-get install -y git\n",
    "FROM nvidia/cuda:11.2.0-devel-ubuntu20.04\nRUN rm -f /etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list\nRUN apt-get update\n",
    "FROM nvidia/cuda:11.2.0-devel-ubuntu20.04\nRUN apt-key adv --fetch-keys https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64/3bf863cc.pub && apt-get update\n",
    "# Built on Ubuntu's image, without NVIDIA's repository.\nFROM pytorch/pytorch:1.9.0-cuda10.2-cudnn7-runtime\nRUN apt-get update\n",
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const runs = new Map(facts.get(aptRuns).map((each) => [each.run as Instruction, each]));
    const ready = new Set<Stage>();
    const reports: RuleReport[] = [];
    for (const stage of dockerfile.stages) {
      if ((stage.parent && ready.has(stage.parent)) || !isOld(stage, facts)) {
        ready.add(stage);
        continue;
      }
      for (const each of stage.instructions) {
        const update = runs.get(each)?.steps.find((step) => step.updates && step.call);
        const handled = handledAt(dockerfile, each);
        if (!update && handled === undefined) continue;
        ready.add(stage);
        const isBefore = handled !== undefined && !(update && update.invocation.span.start < handled);
        if (update?.call && !isBefore) {
          const { invocation } = update;
          const wanted = firstOfNvidia(facts.get(aptCalls), facts.get(builtOnText));
          if (wanted !== undefined) {
            reports.push(report(update, undefined, fetchKey(wanted, facts.get(chainFacts).at(stage))));
            break;
          }
          // Another command that deletes a list would find none.
          if (handled !== undefined) {
            reports.push(report(update, undefined));
            break;
          }
          const command = `${invocation.through.includes("sudo") ? "sudo " : ""}rm -f ${lists}`;
          // Another command in a RUN that does nothing but update would make it one whose lists are to be cleaned up.
          const edit = runs.get(each)!.pure
            ? instructionAbove(dockerfile, each, `RUN ${command}`)
            : insertCommandBefore(dockerfile, invocation, command);
          reports.push(report(update, edit));
        }
        break;
      }
    }
    yield* reports.sort((a, b) => a.span.start - b.span.start);
  },
};

/** The first package that NVIDIA's own repository alone has, here or in an image that builds on this one. */
function firstOfNvidia(calls: readonly { readonly call: AptCall }[], builtOn: string): string | undefined {
  const names = calls
    .filter(({ call }) => commandsThatNeedLists.has(call.command ?? ""))
    .flatMap(({ call }) => call.targets.map(({ value, prefix }) => value ?? prefix));
  return [...names, ...namedByApt(builtOn)].find((name) => ofNvidia.test(name));
}

/** The words of the calls of apt in the texts of Dockerfiles. */
function namedByApt(texts: string): string[] {
  const lines = texts.replace(/^[ \t]*#.*(?:\r?\n|$)/gm, "").replace(/[\\`][ \t]*\r?\n/g, " ");
  const calls = lines.match(/\bapt(?:-get|itude)?\s[^;&|\n]*/g) ?? [];
  return calls.flatMap((call) => call.match(/(?<![\w./:-])[a-z][\w.+-]+/g) ?? []);
}

const ofNvidia = new RegExp(
  "^(?:cuda|libcu(?:blas|d(?:a|nn|ss)|fft|file|inj|obj|pti|quantum|rand|solver|sparse|tensor)|libnccl|libnv(?!me|pair|tt)" +
    "|libnpp|libxnvctrl|nvidia|nsight|tensorrt|datacenter-gpu-manager|gds-tools)",
);

/** What deals with the key, the lists or all of apt's sources. */
const handles =
  /3bf863cc|7fa2af80|A4B469963BF863CC|cuda-keyring|nvidia-ml|cuda[\w*-]*\.list|sources\.list|allow-?(?:unauthenticated|insecure)/i;

/** The offset at which an instruction deals with them; undefined where it does not. */
function handledAt({ text }: Dockerfile, { kind, body, heredocs }: Instruction): number | undefined {
  if (kind !== "RUN" && kind !== "COPY" && kind !== "ADD") return undefined;
  const own = body.text.search(handles);
  const inHeredocs = heredocs.map((each) => {
    const at = text.slice(each.body.start, each.body.end).search(handles);
    return at < 0 ? Number.POSITIVE_INFINITY : each.body.start + at;
  });
  const first = Math.min(own < 0 ? Number.POSITIVE_INFINITY : body.toSource(own), ...inHeredocs);
  return Number.isFinite(first) ? first : undefined;
}

function isOld(stage: Stage, facts: Facts): boolean {
  let first = stage;
  while (first.parent) first = first.parent;
  const reference = first.resolvedBase;
  return typeof reference === "string" && holdsRotatedKey(reference, facts.get(chainFacts).at(first));
}

function instructionAbove({ text, lines, lineEnd }: Dockerfile, each: Instruction, written: string): Edit {
  const at = lines.lineStart(lines.lineAt(each.commentsAbove[0]?.span.start ?? each.span.start));
  const indent = /^[ \t]*/.exec(
    text.slice(lines.lineStart(lines.lineAt(each.span.start)), each.span.start),
  )![0];
  return { span: { start: at, end: at }, newText: `${indent}${written}${lineEnd}` };
}

const removeLists = `write rm -f ${lists}`;

/** As NVIDIA says (developer.nvidia.com/blog/updating-the-cuda-linux-gpg-repository-key). */
function fetchKey(wanted: string, { os }: BaseFacts): string {
  const folder = os ? `${os.id}${os.version.replace(".", "")}` : "<ubuntu2004>";
  const repository = `https://developer.download.nvidia.com/compute/cuda/repos/${folder}/x86_64`;
  return `fetch the new key, for ${wanted} comes from there: apt-key adv --fetch-keys ${repository}/3bf863cc.pub`;
}

function report({ call }: AptStep, edit: Edit | undefined, advice: string = removeLists): RuleReport {
  return {
    span: callSpan(call!),
    message:
      "This base is older than NVIDIA's apt key of April 2022: apt-get update finds a repository that is not signed, and " +
      `the build stops. Before it, ${advice}, or take a newer base.`,
    ...(edit && {
      fixes: [{ title: "Remove NVIDIA's package lists first", automatic: true, edits: [edit] }],
    }),
  };
}
