import { type PipCall, pipCall, pipOption } from "../../../core/commands/pip.ts";
import { smallPackage } from "../../../core/commands/small-packages.ts";
import type { Instruction, RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { firstJobCommand } from "../../../core/lab/job/job-requirements.ts";
import { appendRequirements } from "../../fixes/append-requirements.ts";
import { removeInstruction } from "../../fixes/remove.ts";
import type { Edit, Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";

/** Options that change nothing of what is installed, or what a job does alike. */
const plainOptions: ReadonlySet<string> = new Set([
  "no-cache-dir",
  "upgrade",
  "quiet",
  "verbose",
  "no-input",
  "progress-bar",
  "disable-pip-version-check",
  "root-user-action",
  "break-system-packages",
]);

/** What is upgraded before an install, and no part of what the image is for. */
const tools: ReadonlySet<string> = new Set(["pip", "setuptools", "wheel"]);

/** An image of a lab that only adds what a job installs in a moment. */
export const jobRequirement: Rule = {
  code: "pip/job-requirement",
  severity: "hint",
  summary: "an image that only adds small packages of Python alone, which a job installs as it starts",
  why: `A custom image is for an OS version, a large library, or what takes long to compile. To build, push and pull one for
\`tqdm\` takes longer than installing it when the job starts: \`pip install -r requirements.txt\` as the job's first command,
with \`PIP_CACHE_DIR\` on the lab's storage so that it is downloaded once. Of images that do anything else, and of
packages that are not known to be small, nothing is said. A finished project that is published with all that it
needs is another matter: suppress the hint there.`,
  examples: [
    {
      title: "an image for two small packages",
      bad: "FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime\nRUN pip install --no-cache-dir tqdm einops==0.8.0\n",
      at: ["pip install"],
    },
  ],
  fine: [
    "FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime\nRUN pip install --no-cache-dir tqdm jax\n",
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3-pip && pip install tqdm\n",
    "FROM python:3.11-slim\nCOPY train.py /train.py\nRUN pip install --no-cache-dir tqdm\n",
    "FROM python:3.11-slim\nRUN pip install --no-cache-dir -r requirements.txt\n",
    "FROM python:3.11-slim\nRUN pip install --no-cache-dir tqdm\nFROM ubuntu:22.04\n",
    "FROM python:3.11-slim\nRUN pip install --no-cache-dir 'typer[all]'\n",
  ],
  *check(image: ImageUnderCheck): Iterable<RuleReport> {
    const { dockerfile, lab } = image;
    // A file on its own is no image of a lab.
    if (lab.name === undefined || dockerfile.stages.length !== 1) return;
    const runs = addingRuns(dockerfile.instructions);
    const calls = runs?.flatMap(({ calls }) => calls) ?? [];
    const requirements = calls.flatMap(({ targets }) => targets.map(({ value }) => value ?? ""));
    const wanted = requirements.filter((each) => !tools.has(each));
    const first = calls.find(({ targets }) => targets.some(({ value }) => !tools.has(value ?? "")));
    if (!runs || !first || wanted.length === 0) return;
    const command = jobCommand(image, first);
    const fix = moveToRequirements(
      image,
      runs.map(({ run }) => run),
      wanted,
      command,
    );
    yield {
      span: first.span,
      message: `This image only adds ${listed(wanted)}, which a job installs in a moment: building, pushing and pulling the image takes longer. Put them into requirements.txt, and begin the job with "${command}".`,
      ...(fix && { fixes: [fix] }),
    };
  },
};

interface AddingRun {
  readonly run: RunInstruction;
  readonly calls: readonly PipCall[];
}

/** The RUNs, if all that the instructions do is to install small packages; undefined where they do anything else. */
function addingRuns(instructions: readonly Instruction[]): AddingRun[] | undefined {
  const runs: AddingRun[] = [];
  for (const instruction of instructions) {
    const { kind, onbuild, keyword } = instruction;
    if (onbuild) return undefined;
    if (kind === "FROM" || kind === "ARG" || keyword === "LABEL" || keyword === "MAINTAINER") continue;
    if (kind === "ENV" && instruction.assignments.every(({ name }) => name.startsWith("PIP_"))) continue;
    if (kind !== "RUN" || instruction.heredocs.length > 0) return undefined;
    const calls: PipCall[] = [];
    for (const invocation of instruction.shell.invocations) {
      if (invocation.name === "set" || invocation.name === "true" || clearsCache(invocation)) continue;
      const call = pipCall(invocation);
      if (!call || !addsSmallOnly(call)) return undefined;
      calls.push(call);
    }
    if (calls.length === 0) return undefined;
    runs.push({ run: instruction, calls });
  }
  return runs;
}

function addsSmallOnly({ invocation, command, options, targets, open }: PipCall): boolean {
  const { conditional, inFunction } = invocation.context;
  if (command !== "install" || open || conditional || inFunction || targets.length === 0) return false;
  if (!options.every(({ name }) => plainOptions.has(name))) return false;
  return targets.every(
    ({ value }) => value !== null && (tools.has(value) || smallPackage(value) !== undefined),
  );
}

/** `rm -rf ~/.cache/pip` and the like, and `pip cache purge`. */
function clearsCache(invocation: Invocation): boolean {
  if (pipCall(invocation)?.command === "cache") return true;
  const paths = invocation.args.filter(({ value }) => !value?.startsWith("-"));
  return (
    invocation.name === "rm" && paths.every(({ value }) => /^(?:~|\/root)\/\.cache(?:\/|$)/.test(value ?? ""))
  );
}

/** What a job runs first. */
function jobCommand({ dockerfile, lab }: ImageUnderCheck, call: PipCall): string {
  const written = dockerfile.text.slice(call.span.start, call.span.end);
  const install = /^[\w./ -]+$/.test(written) ? written : "pip install";
  const option = pipOption(call, "break-system-packages") ? " --break-system-packages" : "";
  const command = `${install}${option} -r requirements.txt`;
  const isSet = dockerfile.stages[0]?.variables.lookup("PIP_CACHE_DIR") !== undefined;
  return firstJobCommand(isSet ? undefined : lab.values.storage, command);
}

function moveToRequirements(
  { dockerfile, lab }: ImageUnderCheck,
  runs: readonly RunInstruction[],
  wanted: readonly string[],
  command: string,
): Fix | undefined {
  const [first, ...others] = runs;
  const otherFile = appendRequirements(lab.fileBeside?.("requirements.txt"), wanted);
  if (!first || !otherFile) return undefined;
  const comment: Edit = { span: first.span, newText: `# First in the job: ${command}` };
  return {
    title: "Move the packages to requirements.txt",
    automatic: false,
    edits: [comment, ...others.map((run) => removeInstruction(dockerfile, run))],
    otherFile,
  };
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
