import { type PipCall, pipCall, pipOption } from "../../../core/commands/pip.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Instruction, RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { OsRelease } from "../../../core/image/base-facts.ts";
import { GrowingFacts } from "../../../core/image/installed.ts";
import { isExternallyManaged } from "../../../core/image/os-releases.ts";
import { osTitle } from "../../../core/image/os-support.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { mayRunApt } from "../apt/unseen-apt.ts";
import { chainFacts } from "../chain-facts.ts";
import { baseImages } from "../lineage.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { RunEnvironment } from "./pip-cache.ts";

/** The system's own pip where the system does not let it install (PEP 668). */
export const externallyManaged: Rule = {
  code: "pip/externally-managed",
  severity: "error",
  summary: "pip installs into a system Python that refuses it: the build fails.",
  why: `From Ubuntu 23.04 and Debian 12 on, the system's Python belongs to apt alone (PEP 668): \`pip install\` stops with
"externally-managed-environment", and so does the build. A virtual environment on \`PATH\` is the clean way out. In an
image that runs one thing, \`--break-system-packages\` is good enough; the name is worse than the option.`,
  examples: [
    {
      title: "the pip of Ubuntu 24.04",
      bad: `FROM nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip \\
    && apt-get clean && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir numpy
`,
      at: ["pip install"],
    },
    {
      title: "by the name of the interpreter, in the RUN that installs it",
      bad: `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip \\
    && python3 -m pip install --no-cache-dir --upgrade pip \\
    && apt-get clean && rm -rf /var/lib/apt/lists/*
`,
      at: ["python3 -m pip install"],
    },
  ],
  fine: [
    `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip python3-venv
RUN python3 -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
RUN pip install --no-cache-dir numpy
`,
    `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y python3-pip && pip install --break-system-packages numpy
`,
    `FROM ubuntu:24.04
ENV PIP_BREAK_SYSTEM_PACKAGES=1
RUN apt-get update && apt-get install -y python3-pip && pip install numpy
`,
    `FROM ubuntu:22.04
RUN apt-get update && apt-get install -y python3-pip && pip install numpy
`,
    "# Its Python is not the system's.\nFROM python:3.12-slim-bookworm\nRUN pip install numpy\n",
  ],
  *check(image: ImageUnderCheck): Iterable<RuleReport> {
    const { dockerfile, lab, facts } = image;
    const chain = facts.get(chainFacts);
    const lifted = new Set<Stage>();
    for (const stage of dockerfile.stages) {
      const start = chain.at(stage);
      const { os } = start;
      // The stages that build on it have the same system.
      if (!os || !isExternallyManaged(os)) continue;
      const inherited = stage.parent ? lifted.has(stage.parent) : isLiftedInBase(stage, lab);
      const state = new StageState(dockerfile, new GrowingFacts(start), inherited);
      for (const instruction of stage.instructions) {
        if (instruction.onbuild) continue;
        if (instruction.kind === "RUN") yield* state.checkRun(instruction, os);
        else state.follow(instruction);
      }
      if (state.lifted) lifted.add(stage);
      for (const instruction of stage.instructions) {
        if (!instruction.onbuild) continue;
        if (instruction.kind === "RUN") yield* state.checkRun(instruction, os);
        else state.followLater(instruction);
      }
    }
  },
};

/** What takes the refusal away, wherever it stands. */
const liftingWords = /EXTERNALLY-MANAGED|pip\.conf|pip[\d.]* config |break-system-packages\s*=/;

/** Follows one stage: which Python there is, and whether it may still refuse. */
class StageState {
  /** Whether something took the refusal away, or may have. */
  lifted: boolean;
  readonly #dockerfile: Dockerfile;
  readonly #growing: GrowingFacts;

  constructor(dockerfile: Dockerfile, growing: GrowingFacts, lifted: boolean) {
    this.#dockerfile = dockerfile;
    this.#growing = growing;
    this.lifted = lifted;
  }

  follow(instruction: Instruction): void {
    this.#growing.follow(instruction);
    this.lifted ||= this.#lifts(instruction);
  }

  /** Takes note of what ONBUILD does, besides its RUNs. */
  followLater(instruction: Instruction): void {
    this.lifted ||=
      this.#lifts(instruction) ||
      (instruction.kind === "ENV" && instruction.assignments.some(({ name }) => name === "PATH")) ||
      ((instruction.kind === "COPY" || instruction.kind === "ADD") && instruction.from !== undefined);
  }

  *checkRun(run: RunInstruction, os: OsRelease): Iterable<RuleReport> {
    const environment = new RunEnvironment(run);
    const { invocations } = run.shell;
    const venv = ["python3-venv", "python3-full"].some((name) => this.#growing.has(name));
    const written = this.#dockerfile.text.slice(run.span.start, run.span.end);
    const lastFallback = invocations.findLastIndex(isFallback);
    let hidden = this.#lifts(run) || /(?<![A-Za-z_])PATH=/.test(written);
    for (const [index, invocation] of invocations.entries()) {
      environment.follow(invocation);
      const { name } = invocation;
      // An activated environment, a script, another PATH: which pip this is then, nobody knows here.
      if (name === "source" || name === "." || name === "eval") hidden = true;
      const call = pipCall(invocation);
      if (!call) {
        if (mayRunApt(invocation)) this.lifted = true;
        this.#growing.followCommand(invocation);
        continue;
      }
      const python = this.#growing.python;
      const known = !hidden && !this.lifted && python?.owner === "os";
      if (known && this.#isSystemPip(call, python.version) && isRefused(call, environment.of(invocation)))
        if (index > lastFallback) yield this.#report(call, run, os, venv);
      this.#growing.followCommand(invocation);
    }
    this.lifted ||= this.#lifts(run);
  }

  #lifts(instruction: Instruction): boolean {
    if (instruction.kind === "FROM") return false;
    const { start, end } = instruction.span;
    const written = this.#dockerfile.text.slice(start, end);
    return (
      liftingWords.test(written) || (/^SHELL\b/i.test(written) && /conda|mamba|activate|venv/.test(written))
    );
  }

  /** Whether it is the pip of the Python that apt installed, and runs for certain. */
  #isSystemPip({ invocation }: PipCall, version: string): boolean {
    const { word, args, context, through } = invocation;
    if (context.conditional || context.inFunction) return false;
    if (through.some((each) => !plainWrappers.has(each))) return false;
    const text = word.value ?? "";
    const program = text.replace(/^\/usr\/bin\//, "");
    if (program === "pip" || program === "pip3" || program === `pip${version}`) return true;
    const interpreter =
      program === "python3" ||
      program === `python${version}` ||
      (program === "python" && this.#growing.has("python-is-python3"));
    return interpreter && args[0]?.value === "-m" && args[1]?.value === "pip";
  }

  #report(call: PipCall, run: RunInstruction, os: OsRelease, venv: boolean): RuleReport {
    const fixes: Fix[] = [];
    const { lineEnd } = this.#dockerfile;
    if (venv) {
      const at = run.commentsAbove[0]?.span.start ?? run.span.start;
      const newText = `RUN python3 -m venv /opt/venv${lineEnd}ENV PATH=/opt/venv/bin:$PATH${lineEnd}`;
      const title = "Install into a virtual environment, /opt/venv";
      fixes.push({ title, automatic: false, edits: [{ span: { start: at, end: at }, newText }] });
    }
    const edit = insertWords(call.invocation, call.commandWord!, ["--break-system-packages"]);
    if (edit) fixes.push({ title: "Add --break-system-packages", automatic: false, edits: [edit] });
    return {
      span: call.span,
      message:
        `The build fails here: the Python of ${osTitle(os)} belongs to apt, and its pip refuses to install ` +
        "(externally-managed-environment). Install into a virtual environment (`python3 -m venv /opt/venv`, then its " +
        "`bin` first on PATH), or add `--break-system-packages`.",
      ...(fixes.length > 0 ? { fixes } : {}),
    };
  }
}

const plainWrappers = new Set("sudo env exec command time nice ionice timeout bash sh dash".split(" "));

/** Options with which pip does not look whether the environment is managed, or another one is meant. */
const lifting = ["break-system-packages", "target", "prefix", "root", "python", "dry-run", "help", "version"];
const liftingVariables = [
  ...["PIP_BREAK_SYSTEM_PACKAGES", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_CONFIG_FILE"],
  ...["VIRTUAL_ENV", "CONDA_PREFIX", "PIP_DRY_RUN"],
];

function isRefused(call: PipCall, environment: (name: string) => string | null | undefined): boolean {
  if (call.command !== "install" && call.command !== "uninstall") return false;
  if (call.open || call.commandWord?.substituted || lifting.some((name) => pipOption(call, name)))
    return false;
  if (call.invocation.environment.has("PATH")) return false;
  return liftingVariables.every((name) => environment(name) === undefined);
}

/** Whether a command tries again when another one fails: `pip install x || pip install --break-system-packages x`. */
function isFallback(invocation: Invocation): boolean {
  const call = invocation.context.conditional ? pipCall(invocation) : undefined;
  return call !== undefined && pipOption(call, "break-system-packages") !== undefined;
}

/** Whether an image of the lab that the stage builds on may have taken the refusal away. */
function isLiftedInBase(stage: Stage, lab: LabImage): boolean {
  for (const { dockerfile } of baseImages(stage, lab)) if (liftingWords.test(dockerfile.text)) return true;
  return false;
}
