import { type Dockerfile, parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { FromInstruction, Instruction, Stage } from "../../core/dockerfile/instruction.ts";
import type { Span } from "../../core/dockerfile/span.ts";
import { parseImageReference } from "../../core/image/reference.ts";
import type { LineRange } from "./build-event.ts";
import { maySubstitute } from "./substituted-words.ts";

/** Where a step stands in the Dockerfile. */
export interface StepPlace {
  readonly lines: LineRange | undefined;
  /** As BuildKit writes it: `builder`, `stage-1`; undefined where there is but one stage. */
  readonly stage: string | undefined;
}

/** `[linux/amd64 builder 2/5] ONBUILD RUN make`: `prefixCommand` in moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go`. */
const numbered = /^\[(?:([^\]]*) )?\s*(\d+)\/\d+\] (ONBUILD )?(\S+)\s*([\s\S]*)$/;
/** Of the classic builder, which counts every instruction. */
const classic = /^Step (\d+)\/\d+ ?: /;
const metadata = /^\[(?:\S+ )?internal\] load metadata for (\S+)$/;
/** A base of `COPY --from=IMAGE`, which is no stage's. */
const unnumbered = /^FROM (\S+)$/;
const frontend = /^(?:resolve image config for |docker-image:\/\/)(\S+)$/;
/** What an ADD fetches, a step of its own in Docker 20.10. */
const remote = /^(?:https?:\/\/|git@|git:\/\/)\S+$/;

/** `ENV must have two arguments`. */
const mistakenKeyword = /(?:^|: )([A-Z]+) (?:must have|requires)/;
/** `Invalid containerPort: abc`, `can't find = in "b"`. */
const mistakenWord = /"([^"]+)"|: (\S+)$/;

/** The instructions that make layers; the others only change the image's configuration. */
export const stepKeywords = new Set(["RUN", "COPY", "ADD", "WORKDIR"]);

/**
 * The instructions that make a build's steps. The progress names a step and nothing more, so the
 * step is found by its name: stage, number within the stage, and the instruction's words with variables replaced.
 */
export class StepLines {
  readonly #dockerfile: Dockerfile;
  readonly #stages: readonly Stage[];

  constructor(text: string, args: ReadonlyMap<string, string> = new Map()) {
    this.#dockerfile = parseDockerfile(text, { buildArguments: args });
    this.#stages = this.#dockerfile.stages.filter(({ from }) => from !== undefined);
  }

  /** Where the step of this name stands. */
  placeOf(name: string): StepPlace {
    const match = numbered.exec(name);
    if (match) return this.#numberedPlace(match);
    const instruction = this.#dockerfile.instructions[Number(classic.exec(name)?.[1]) - 1];
    if (instruction) return { lines: this.#lines(instruction.span), stage: instruction.stage?.name };
    const image = (metadata.exec(name) ?? unnumbered.exec(name))?.[1];
    if (image !== undefined) return { lines: this.linesOfImage(image), stage: undefined };
    if (frontend.test(name)) {
      const syntax = this.#dockerfile.directives.find((directive) => directive.name === "syntax");
      return { lines: syntax && this.#lines(syntax.span), stage: undefined };
    }
    if (remote.test(name)) {
      const add = this.#dockerfile.instructions.find((each) => each.keyword === "ADD" && fetches(each, name));
      return { lines: add && this.#lines(add.span), stage: undefined };
    }
    return { lines: undefined, stage: undefined };
  }

  /**
   * The one instruction that the daemon may mean by words that name no line: parsing names one only for some of the
   * mistakes that it finds.
   */
  linesOfMistake(said: string): LineRange | undefined {
    const keyword = mistakenKeyword.exec(said)?.[1];
    const word = mistakenWord.exec(said)?.slice(1).find(Boolean);
    if (keyword === undefined && word === undefined) return undefined;
    const [found, ...others] = this.#dockerfile.instructions.filter(
      (each) =>
        (keyword === undefined || (each.keyword === keyword && !/\S[\s=]\S/.test(each.body.text))) &&
        (word === undefined || hasWord(each, word)),
    );
    return found && others.length === 0 ? this.#lines(found.span) : undefined;
  }

  /** The first FROM, COPY or RUN that uses an image. */
  linesOfImage(image: string): LineRange | undefined {
    const wanted = fullName(image);
    const user = this.#dockerfile.instructions.find((each) =>
      imagesOf(each).some((used) => fullName(used) === wanted),
    );
    return user && this.#lines(user.span);
  }

  /** The FROM whose image is written so. */
  linesOfBase(raw: string): LineRange | undefined {
    const from = this.#stages.find((stage) => stage.base?.raw === raw)?.from;
    return from && this.#lines(from.span);
  }

  /** The instruction that stands on a line (from 1); else the line alone, if there is one. */
  linesAt(line: number): LineRange | undefined {
    const around = this.#dockerfile.instructions
      .map(({ span }) => this.#lines(span))
      .find(({ start, end }) => start <= line && line <= end);
    if (around) return around;
    return line >= 1 && line <= this.#dockerfile.lines.lineCount ? { start: line, end: line } : undefined;
  }

  #numberedPlace(match: RegExpExecArray): StepPlace {
    const [, before, number, trigger, keyword = "", words = ""] = match;
    const stageName = before
      ?.trim()
      .split(" ")
      .find((word) => !word.includes("/"));
    const stage =
      stageName === undefined
        ? this.#stages.at(-1)
        : this.#stages.find((each, index) => (each.name ?? `stage-${index}`) === stageName);
    if (!stage) return { lines: undefined, stage: stageName };
    const instruction = trigger ? undefined : instructionOf(stage, Number(number), keyword, words);
    // A trigger of the base image: it is FROM that brings it.
    return {
      lines: this.#lines((instruction ?? stage.from ?? stage.instructions[0])!.span),
      stage: stageName,
    };
  }

  #lines(span: Span): LineRange {
    return linesOf(this.#dockerfile, span);
  }
}

/** The lines that a part of a Dockerfile stands on. */
export function linesOf({ lines }: Pick<Dockerfile, "lines">, { start, end }: Span): LineRange {
  return { start: lines.lineAt(start) + 1, end: lines.lineAt(Math.max(start, end - 1)) + 1 };
}

/** `number` counts from 1 and, on daemons that do not mark them, past the triggers that the base image brings. */
function instructionOf(
  stage: Stage,
  number: number,
  keyword: string,
  words: string,
): Instruction | undefined {
  const steps = stage.instructions.filter((instruction) => makesStep(instruction, stage));
  const asNumbered = steps[number - 1];
  if (number === 1 && asNumbered?.kind === "FROM") return asNumbered;
  for (let at = Math.min(number, steps.length) - 1; at >= 0; at--) {
    const candidate = steps[at]!;
    if (candidate.keyword === keyword && resembles(candidate, words)) return candidate;
  }
  return undefined;
}

function makesStep(instruction: Instruction, stage: Stage): boolean {
  if (instruction.onbuild) return false;
  if (instruction.kind === "FROM") return !stage.parent && stage.resolvedBase !== "scratch";
  return stepKeywords.has(instruction.keyword);
}

/** Whether this may be a word of the instruction's once its variables are replaced. */
function fetches({ body }: Instruction, url: string): boolean {
  return body.text
    .split(/\s+/)
    .some((word) => /^["']?(?:\w+:\/\/|git@|\$)/.test(word) && maySubstitute(word, url));
}

function hasWord({ body }: Instruction, word: string): boolean {
  return ` ${body.text.replace(/\s+/g, " ")} `.includes(` ${word} `);
}

/** Whether these may be the instruction's words once its variables are replaced. */
function resembles({ body }: Instruction, words: string): boolean {
  return maySubstitute(body.text, words);
}

function imagesOf(instruction: Instruction): string[] {
  switch (instruction.kind) {
    case "FROM":
      return baseOf(instruction);
    case "COPY":
    case "ADD":
      return instruction.from === undefined ? [] : [instruction.from];
    case "RUN":
      return instruction.mounts.flatMap(({ options }) => options.get("from") ?? []);
    default:
      return [];
  }
}

function baseOf({ stage }: FromInstruction): string[] {
  return stage?.resolvedBase && !stage.parent ? [stage.resolvedBase] : [];
}

/** As the daemon writes an image: registry, path and tag in full, the digest left out. */
function fullName(image: string): string | undefined {
  const reference = parseImageReference(image);
  return reference && `${reference.repository}:${reference.tag ?? (reference.digest ? "" : "latest")}`;
}
