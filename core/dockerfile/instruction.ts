import type { DockerWord, VariableLookup } from "./docker-word.ts";
import type { JsonString } from "./json-form.ts";
import type { UnreadReason } from "./limits.ts";
import type { MappedText } from "./mapped-text.ts";
import type { Comment, InstructionSource } from "./scan.ts";
import type { ShellCode } from "./shell/shell-code.ts";
import type { Span } from "./span.ts";
import type { VariableScope } from "./variables.ts";

/** A `--name=value` in front of an instruction's arguments. */
export interface Flag {
  readonly name: string;
  /** Undefined for a bare `--link`. */
  readonly value: string | undefined;
  readonly span: Span;
}

interface InstructionBase extends InstructionSource {
  /** Its place among the file's instructions, from 0. */
  readonly index: number;
  /** The stage it belongs to; undefined before the first FROM. */
  readonly stage: Stage | undefined;
  readonly flags: readonly Flag[];
  /** The joined text behind keyword and flags. */
  readonly rest: MappedText;
  /** Whether it is the body of an ONBUILD: it runs in the images built on this one. */
  readonly onbuild: boolean;
  /** The comment lines directly above it, in order. */
  readonly commentsAbove: readonly Comment[];
}

export interface FromInstruction extends InstructionBase {
  readonly kind: "FROM";
  /** The image or stage, undefined while nothing is typed. */
  readonly image: DockerWord | undefined;
  /** The name behind AS. */
  readonly alias: DockerWord | undefined;
}

/** One `NAME=value` of ENV or ARG. */
export interface Assignment {
  readonly name: string;
  readonly nameSpan: Span;
  /** As written behind `=`; undefined for `ARG NAME`. */
  readonly raw: string | undefined;
  /** Substituted; `null` when it cannot be known. */
  readonly value: string | null | undefined;
  readonly span: Span;
}

export interface ArgInstruction extends InstructionBase {
  readonly kind: "ARG";
  readonly assignments: readonly Assignment[];
}

export interface EnvInstruction extends InstructionBase {
  readonly kind: "ENV";
  readonly assignments: readonly Assignment[];
  /** Written `ENV NAME value`, without `=`. */
  readonly legacy: boolean;
}

export interface CopyInstruction extends InstructionBase {
  readonly kind: "COPY" | "ADD";
  /** What is copied; here-documents left out. Values with variables substituted; `null` when unknown. */
  readonly sources: readonly PathWord[];
  readonly destination: PathWord | undefined;
  /** The stage or image of `--from`. */
  readonly from: string | undefined;
}

/** A path in COPY, ADD or WORKDIR. */
export interface PathWord {
  readonly raw: string;
  readonly value: string | null;
  readonly span: Span;
}

/** A `RUN --mount=…`. */
export interface Mount {
  readonly type: string;
  /** Absolute target; undefined when not given or not known. */
  readonly target: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  readonly span: Span;
}

export interface RunInstruction extends InstructionBase {
  readonly kind: "RUN";
  readonly form: "shell" | "exec" | "heredoc";
  readonly mounts: readonly Mount[];
  /** The commands it runs; parsed when first asked for. */
  readonly shell: ShellCode;
  /** The strings of exec form. */
  readonly exec: readonly JsonString[] | undefined;
}

/** USER, WORKDIR, SHELL, CMD and every other instruction, known to Docker or not. */
export interface OtherInstruction extends InstructionBase {
  readonly kind: "OTHER";
  readonly words: readonly DockerWord[];
  /** Why nothing but its place is known; undefined for an instruction that was read. */
  readonly unread?: UnreadReason;
}

export type Instruction =
  | FromInstruction
  | ArgInstruction
  | EnvInstruction
  | CopyInstruction
  | RunInstruction
  | OtherInstruction;

/** One build stage: a FROM and what follows it; in a piece of a Dockerfile, what stands there without a FROM. */
export interface Stage {
  readonly index: number;
  /** The name behind AS, lower case as Docker compares it. */
  readonly name: string | undefined;
  readonly from: FromInstruction | undefined;
  /** Its instructions in order, the FROM first; bodies of ONBUILD stand in the ONBUILD's place. */
  readonly instructions: readonly Instruction[];
  /** Its SHELL instructions, in order. */
  readonly shells: readonly Instruction[];
  /** The earlier stage that it builds on, when FROM names one. */
  readonly parent: Stage | undefined;
  /** The image that it builds on as written; undefined while nothing is typed. */
  readonly base: DockerWord | undefined;
  /** {@link base} with arguments substituted; `null` when a variable in it has no known value. */
  readonly resolvedBase: string | null | undefined;
  readonly variables: VariableScope;
}

/** What a variable is worth for `instruction`, along its stage and the stages that one builds on. */
export function lookupAt(instruction: Instruction): VariableLookup {
  const { stage, index, onbuild } = instruction;
  return (name) =>
    onbuild ? stage?.variables.lookupOnBuild(name, index) : stage?.variables.lookup(name, index);
}
