import type { AptCall } from "../../../core/commands/apt.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import {
  type Instruction,
  lookupAt,
  type RunInstruction,
  type Stage,
} from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { fits, parses } from "../../fixes/append-commands.ts";
import { builtOnText } from "../built-on.ts";
import { chainFacts } from "../chain-facts.ts";
import { baseImages } from "../lineage.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { aptCalls, isSimulated } from "./apt-run.ts";
import { bringsTimeZone, mayAsk, questionOf } from "./asking-packages.ts";
import { environmentForBuild } from "./environment-for-build.ts";

const frontend = "DEBIAN_FRONTEND";

/** Packages that ask in a build, and the setting against it left in the image. */
export const noninteractive: Rule = {
  code: "apt/noninteractive",
  severity: "info",
  summary:
    "A package whose set-up asks questions in a build, or `ENV DEBIAN_FRONTEND` that outlives the build.",
  why: `\`tzdata\` asks for the time zone when it is installed, \`keyboard-configuration\` for the keyboard. \`-y\` does
not answer them, so the build waits for ever. \`DEBIAN_FRONTEND=noninteractive\` in front of the command, or as \`ARG\`,
takes the defaults. As \`ENV\` it stays in the image: whoever installs a package in a job is no longer asked what he
should be asked.`,
  examples: [
    {
      title: "tzdata asks for the time zone",
      bad: `FROM ubuntu:22.04
RUN apt-get update \\
    && apt-get install -y --no-install-recommends git tzdata \\
    && rm -rf /var/lib/apt/lists/*
`,
      good: `FROM ubuntu:22.04
RUN apt-get update \\
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends git tzdata \\
    && rm -rf /var/lib/apt/lists/*
`,
      at: ["tzdata"],
    },
    {
      title: "in the image for ever",
      bad: `FROM ubuntu:22.04
ENV DEBIAN_FRONTEND noninteractive
RUN apt-get update && apt-get install -y git
`,
      good: `FROM ubuntu:22.04
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y git
`,
      at: ["DEBIAN_FRONTEND noninteractive"],
    },
    {
      title: "among other variables",
      bad: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
ENV DEBIAN_FRONTEND=noninteractive \\
    TZ=Europe/Zurich \\
    LANG=C.UTF-8
`,
      good: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
ARG DEBIAN_FRONTEND=noninteractive
ENV TZ=Europe/Zurich \\
    LANG=C.UTF-8
`,
      at: ["DEBIAN_FRONTEND=noninteractive"],
    },
    {
      title: "through sudo",
      bad: "FROM debian:12\nRUN sudo apt-get install -y keyboard-configuration\n",
      good: "FROM debian:12\nRUN sudo DEBIAN_FRONTEND=noninteractive apt-get install -y keyboard-configuration\n",
      at: ["keyboard-configuration"],
    },
  ],
  fine: [
    "FROM ubuntu:22.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y tzdata\n",
    "FROM ubuntu:22.04\nENV TZ=Europe/Zurich\nRUN ln -snf /usr/share/zoneinfo/$TZ /etc/localtime && echo $TZ > /etc/timezone\nRUN apt-get update && apt-get install -y tzdata\n",
    "# Debian's image has it.\nFROM python:3.12-slim-bookworm\nRUN apt-get update && apt-get install -y tzdata\n",
    "FROM ubuntu:22.04\nENV DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y git\nENV DEBIAN_FRONTEND=\n",
    "FROM ubuntu:22.04 AS build\nENV DEBIAN_FRONTEND=noninteractive\nFROM ubuntu:22.04\nCOPY --from=build /a /a\n",
  ],
  *check(image: ImageUnderCheck): Iterable<RuleReport> {
    const reports = [...outliving(image), ...asking(image)];
    yield* reports.sort((a, b) => a.span.start - b.span.start);
  },
};

/** The `ENV DEBIAN_FRONTEND=noninteractive` that are in force at the end of the final image. */
function* outliving({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
  const last = dockerfile.stages.at(-1)?.variables;
  const atEnd = isNoninteractive(last?.environment(frontend));
  const inChild = isNoninteractive(last?.lookupOnBuild(frontend, Number.POSITIVE_INFINITY));
  const shipped = shippedStages(dockerfile);
  for (const instruction of dockerfile.instructions) {
    if (instruction.kind !== "ENV" || !(instruction.onbuild ? inChild : atEnd)) continue;
    if (!instruction.stage || !shipped.has(instruction.stage)) continue;
    for (const assignment of instruction.assignments) {
      if (assignment.name !== frontend || !isNoninteractive(assignment.value)) continue;
      const edits = environmentForBuild(dockerfile, instruction, assignment);
      // What apt installs in an image of the lab that builds on this one may ask, once nothing is set there.
      const asked = /\bapt(?:-get|itude)?\b/.test(facts.get(builtOnText));
      yield {
        span: assignment.span,
        message:
          `Stays in the image: packages that somebody installs in a job no longer ask what they should. ` +
          `Write ARG ${frontend}=noninteractive, which is for the build only.`,
        ...(edits && { fixes: [{ title: `Write ARG ${frontend}`, automatic: !asked, edits }] }),
      };
    }
  }
}

function isNoninteractive(value: string | null | undefined): boolean {
  return /^noninteractive$/i.test(value ?? "");
}

function* asking({ dockerfile, facts, lab }: ImageUnderCheck): Iterable<RuleReport> {
  const settled = new Settled(dockerfile);
  // Whoever answers anywhere may have had tzdata installed there.
  const answers = /noninteractive|tzdata/i.test(dockerfile.text);
  for (const { run, call } of facts.get(aptCalls)) {
    const { command, targets, invocation } = call;
    if (command !== "install" && command !== "reinstall") continue;
    if (!run.stage || !targets.some(({ value }) => mayAsk(value ?? ""))) continue;
    settled.upTo(run, invocation.span.start);
    if (settled.isIn(run.stage) || isAnswered(run, call)) continue;
    const base = facts.get(chainFacts).at(run.stage);
    if (base.environment.has(frontend)) continue;
    for (const word of targets) {
      const about = questionOf(word.value ?? "", base);
      const brings = bringsTimeZone(word.value ?? "");
      if (brings && (answers || isOnLabImage(run.stage, lab))) continue;
      if (about === undefined || settled.hasAsked(run.stage, word.value!)) continue;
      settled.ask(run.stage, word.value!);
      const edit = forCommand(call);
      yield {
        span: word.span,
        message:
          `The set-up of ${brings ? `tzdata, which ${word.value} needs,` : word.value} asks for ${about}, which -y does not answer: the build waits for ever. ` +
          `Write ${frontend}=noninteractive in front of the command.`,
        ...(edit && {
          fixes: [{ title: `Set ${frontend} for the command`, automatic: true, edits: [edit] }],
        }),
      };
      break;
    }
  }
}

function isOnLabImage(stage: Stage, lab: LabImage): boolean {
  const [image] = baseImages(stage, lab);
  return image !== undefined;
}

/** What settles the questions beforehand: the time zone's files, debconf's own answers; and what was asked already. */
class Settled {
  readonly #stages = new Set<Stage>();
  readonly #asked = new Map<Stage, Set<string>>();
  readonly #text: string;
  readonly #instructions: readonly Instruction[];
  #read = 0;

  constructor({ text, instructions }: Dockerfile) {
    this.#text = text;
    this.#instructions = instructions;
  }

  /** Takes note of everything in front of a command. */
  upTo(run: RunInstruction, offset: number): void {
    const { stage } = run;
    if (!stage) return;
    for (; this.#read < run.index; this.#read++) {
      const each = this.#instructions[this.#read]!;
      if (!each.stage) continue;
      if (settles.test(each.body.text) || settlesIn(this.#text, each) !== undefined)
        this.#stages.add(each.stage);
    }
    const script = run.shell.main;
    const at = script ? script.source.text.search(settles) : -1;
    const found = at >= 0 && script ? script.source.toSource(at) : settlesIn(this.#text, run);
    if (found !== undefined && found < offset) this.#stages.add(stage);
  }

  isIn(stage: Stage): boolean {
    return lineage(stage).some((each) => this.#stages.has(each));
  }

  hasAsked(stage: Stage, name: string): boolean {
    return lineage(stage).some((each) => this.#asked.get(each)?.has(name));
  }

  ask(stage: Stage, name: string): void {
    const names = this.#asked.get(stage) ?? new Set();
    this.#asked.set(stage, names.add(name));
  }
}

/** The offset at which an instruction's here-documents settle a question; undefined where they do not. */
function settlesIn(text: string, { heredocs }: Instruction): number | undefined {
  for (const { body } of heredocs) {
    const at = text.slice(body.start, body.end).search(settles);
    if (at >= 0) return body.start + at;
  }
  return undefined;
}

const settles = /\/etc\/(?:timezone|localtime)|debconf-set-selections|debconf\/frontend/;

function lineage(stage: Stage): Stage[] {
  const found: Stage[] = [];
  for (let each: Stage | undefined = stage; each && !found.includes(each); each = each.parent)
    found.push(each);
  return found;
}

/** Whether the call itself, or what is in force where it runs, keeps packages from asking. */
function isAnswered(run: RunInstruction, call: AptCall): boolean {
  const { invocation } = call;
  if (isSimulated(call) || call.open || invocation.context.fedBy.length > 0) return true;
  if (
    invocation.node?.redirects.some(({ type, operator }) => type !== "Redirect" || operator.startsWith("<"))
  )
    return true;
  for (const name of [frontend, "DEBCONF_NONINTERACTIVE_SEEN", "DEBIAN_PRIORITY"]) {
    if (invocation.environment.has(name) || lookupAt(run)(name) !== undefined) return true;
  }
  return exportsBefore(run, call);
}

function exportsBefore(run: RunInstruction, { invocation }: AptCall): boolean {
  for (const each of run.shell.invocations) {
    if (each === invocation) return false;
    if (/^(?:export|declare|typeset)$/.test(each.name))
      if (each.args.some(({ value, prefix }) => (value ?? prefix).startsWith(frontend))) return true;
  }
  return false;
}

function forCommand({ invocation }: AptCall): Edit | undefined {
  const { node, script, through, word } = invocation;
  const setting = `${frontend}=noninteractive `;
  if (!node || word.substituted || !parses(script) || !fits(setting, script)) return undefined;
  if (through.some((each) => each !== "sudo" && each !== "env")) return undefined;
  return { span: { start: word.span.start, end: word.span.start }, newText: setting };
}
