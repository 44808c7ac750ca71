import { type DockerWord, resolveDockerWord, splitDockerWords } from "./docker-word.ts";
import { isHeredocWord } from "./heredoc.ts";
import { delimitedScript, heredocScript } from "./heredoc-script.ts";
import type {
  ArgInstruction,
  Assignment,
  CopyInstruction,
  EnvInstruction,
  Flag,
  FromInstruction,
  Instruction,
  Mount,
  OtherInstruction,
  PathWord,
  RunInstruction,
  Stage,
} from "./instruction.ts";
import { readJsonForm } from "./json-form.ts";
import { longestArgument, longLines, mostInstructions, type UnreadReason } from "./limits.ts";
import type { Comment, InstructionSource } from "./scan.ts";
import { isShell } from "./shell/nested-script.ts";
import { ShellCode, type ShellInput } from "./shell/shell-code.ts";
import type { StageBuilder } from "./stage-builder.ts";

interface Place {
  readonly index: number;
  readonly commentsAbove: readonly Comment[];
}

type Common = Omit<OtherInstruction, "kind" | "words"> & { stage: Stage | undefined };

/** Understands one instruction and lets `builder` know what it changes for those below it. */
export function readInstruction(
  written: InstructionSource,
  escape: string,
  text: string,
  builder: StageBuilder,
  place: Place,
): Instruction {
  const trigger = written.keyword === "ONBUILD" ? onbuildTrigger(written) : undefined;
  const source = trigger ?? written;
  const unread = place.index < mostInstructions ? reasonAgainst(source, text) : "too many instructions above";
  if (!builder.current && source.keyword !== "FROM" && source.keyword !== "ARG")
    builder.startStage(undefined);
  const { flags, restStart } = unread ? { flags: [], restStart: 0 } : readFlags(source, escape);
  // Spelled out: for V8 a literal is one object, and several spreads are many.
  const common: Common = {
    keyword: source.keyword,
    keywordSpan: source.keywordSpan,
    span: source.span,
    body: source.body,
    bodyEnd: source.bodyEnd,
    heredocs: source.heredocs,
    index: place.index,
    commentsAbove: place.commentsAbove,
    stage: builder.current,
    flags,
    rest: source.body.slice(restStart, source.body.text.length),
    onbuild: trigger !== undefined,
  };
  const instruction = unread ? notRead(common, unread) : readKind(common, restStart, escape, text, builder);
  const stage = builder.current;
  stage?.instructions.push(instruction);
  if (instruction.keyword === "SHELL") stage?.shells.push(instruction);
  return instruction;
}

/** Why an instruction is not read; a FROM is a stage whatever its length. */
function reasonAgainst({ keyword, body, span }: InstructionSource, text: string): UnreadReason | undefined {
  if (keyword === "FROM") return undefined;
  return body.text.length > longestArgument || longLines(text, span).length > 0 ? "too long" : undefined;
}

/** An instruction of which only its place is known. */
function notRead(common: Common, unread: UnreadReason): OtherInstruction {
  return { ...common, kind: "OTHER", words: [], unread };
}

function readKind(
  common: Common,
  restStart: number,
  escape: string,
  text: string,
  builder: StageBuilder,
): Instruction {
  const words = () => splitDockerWords(common.body, restStart, escape);
  switch (common.keyword) {
    case "FROM":
      return readFrom(common, words(), builder);
    case "ARG":
      return readArg(common, words(), escape, builder);
    case "ENV":
      return readEnv(common, words(), restStart, escape, builder);
    case "COPY":
    case "ADD":
      return readCopy(common, common.keyword, words(), restStart, builder);
    case "RUN":
      return readRun(common, restStart, text, builder);
    case "SHELL":
      if (!common.onbuild) builder.setShell(shellKind(common, restStart));
      return { ...common, kind: "OTHER", words: words() };
    default:
      return { ...common, kind: "OTHER", words: words() };
  }
}

function readFrom(common: Common, words: readonly DockerWord[], builder: StageBuilder): FromInstruction {
  const alias = words[1]?.raw.toUpperCase() === "AS" ? words[2] : undefined;
  const from: { -readonly [key in keyof FromInstruction]: FromInstruction[key] } = {
    ...common,
    kind: "FROM",
    image: words[0],
    alias,
  };
  from.stage = builder.startStage(from);
  return from;
}

function readArg(
  common: Common,
  words: readonly DockerWord[],
  escape: string,
  builder: StageBuilder,
): ArgInstruction {
  const above = builder.resolverBefore(common.index, common.onbuild);
  const before = builder.resolverBefore(common.index + 1, common.onbuild);
  // Each sees those before it on its line: in a stage for newer releases of BuildKit alone.
  const resolve = (raw: string) => {
    const value = before(raw);
    return !builder.current || words.length === 1 || value === above(raw) ? value : null;
  };
  const assignments = words.map((word) => {
    const assignment = readAssignment(common, word, escape, resolve);
    builder.declareArgument(assignment, common.index);
    return assignment;
  });
  return { ...common, kind: "ARG", assignments };
}

function readEnv(
  common: Common,
  words: readonly DockerWord[],
  restStart: number,
  escape: string,
  builder: StageBuilder,
): EnvInstruction {
  const resolve = builder.resolverBefore(common.index, common.onbuild);
  const first = words[0];
  let assignments: Assignment[];
  const legacy = first !== undefined && !first.raw.includes("=");
  if (legacy) {
    const second = words[1];
    const raw = second && common.body.text.slice(second.joined.start).trimEnd();
    const end = second ? second.joined.start + (raw?.length ?? 0) : first.joined.end;
    assignments = [
      {
        name: first.raw,
        nameSpan: first.span,
        raw,
        value: raw === undefined ? undefined : resolve(raw),
        span: common.body.spanOf(first.joined.start, end),
      },
    ];
  } else assignments = words.map((word) => readAssignment(common, word, escape, resolve));
  for (const assignment of assignments) builder.setEnvironment(assignment, common.index, common.onbuild);
  return { ...common, kind: "ENV", assignments, legacy: legacy && restStart <= first.joined.start };
}

function readAssignment(
  common: Common,
  word: DockerWord,
  escape: string,
  resolve: (raw: string) => string | null,
): Assignment {
  const equals = word.raw.indexOf("=");
  const rawName = equals < 0 ? word.raw : word.raw.slice(0, equals);
  const raw = equals < 0 ? undefined : word.raw.slice(equals + 1);
  return {
    name: resolveDockerWord(rawName, escape, () => null) ?? rawName,
    nameSpan: common.body.spanOf(word.joined.start, word.joined.start + rawName.length),
    raw,
    value: raw === undefined ? undefined : resolve(raw),
    span: word.span,
  };
}

function readCopy(
  common: Common,
  kind: "COPY" | "ADD",
  words: readonly DockerWord[],
  restStart: number,
  builder: StageBuilder,
): CopyInstruction {
  const json = readJsonForm(common.body, restStart);
  const resolve = builder.resolverBefore(common.index, common.onbuild);
  const paths: PathWord[] = json
    ? json.map((string) => ({ raw: string.value.text, value: resolve(string.value.text), span: string.span }))
    : words.map((word) => ({ raw: word.raw, value: resolve(word.raw), span: word.span }));
  const sources = paths.slice(0, -1).filter((path) => !isHeredocWord(path.raw));
  const from = common.flags.find((flag) => flag.name === "from")?.value;
  return { ...common, kind, sources, destination: paths.length > 1 ? paths.at(-1) : undefined, from };
}

function readRun(
  common: Common,
  restStart: number,
  text: string,
  builder: StageBuilder,
): RunInstruction | OtherInstruction {
  const lookup = builder.lookupBefore(common.index, common.onbuild);
  const exec = readJsonForm(common.body, restStart);
  const input = shellInput(common, exec, text, builder);
  const unread = input.form === "script" ? reasonAgainstScript(input.source.text, builder) : undefined;
  if (unread) return notRead(common, unread);
  const resolveMount = builder.resolverBefore(common.index, common.onbuild);
  const mounts = common.flags
    .filter((flag) => flag.name === "mount")
    .map((flag) => readMount(flag, resolveMount));
  const form = exec ? "exec" : common.heredocs.length > 0 ? "heredoc" : "shell";
  const shell = new ShellCode(input, lookup, builder.trees);
  return { ...common, kind: "RUN", form, mounts, shell, exec };
}

function reasonAgainstScript(script: string, builder: StageBuilder): UnreadReason | undefined {
  return script.length > longestArgument ? "too long" : builder.programs.spend(script);
}

function shellInput(
  common: Common,
  exec: RunInstruction["exec"],
  text: string,
  builder: StageBuilder,
): ShellInput {
  if (exec) return { form: "exec", argv: exec, source: common.body };
  if (builder.shell === "foreign") return { form: "foreign" };
  const [heredoc] = common.heredocs;
  if (!heredoc) return { form: "script", source: common.rest, embedding: "instruction" };
  const alone = common.rest.text.trim() === text.slice(heredoc.span.start, heredoc.span.end);
  if (!alone) return { form: "script", source: delimitedScript(common, text), embedding: "instruction" };
  const body = text.slice(heredoc.body.start, heredoc.body.end);
  const interpreter = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(body);
  const path = interpreter?.[1]?.endsWith("/env") ? interpreter[2] : interpreter?.[1];
  if (path && !isShell(path.slice(path.lastIndexOf("/") + 1))) return { form: "foreign" };
  return { form: "script", source: heredocScript(heredoc, text), embedding: "heredoc" };
}

function readMount(flag: Flag, resolve: (raw: string) => string | null): Mount {
  const options = new Map<string, string>();
  for (const option of (flag.value ?? "").split(",")) {
    const equals = option.indexOf("=");
    const name = (equals < 0 ? option : option.slice(0, equals)).trim().toLowerCase();
    if (name) options.set(name, equals < 0 ? "" : option.slice(equals + 1));
  }
  const written = options.get("target") ?? options.get("dst") ?? options.get("destination");
  const target = (written === undefined ? undefined : resolve(written)) ?? undefined;
  return { type: options.get("type") ?? "bind", target, options, span: flag.span };
}

/** The shell that `SHELL [...]` sets: one of the Bourne family when any of its words is. */
function shellKind(common: Common, restStart: number): "posix" | "foreign" {
  const argv = readJsonForm(common.body, restStart);
  if (!argv) return "posix";
  return argv.some((word) => isShell(word.value.text.slice(word.value.text.lastIndexOf("/") + 1)))
    ? "posix"
    : "foreign";
}

const flagWord = /^--([A-Za-z][A-Za-z0-9-]*)(?:=(.*))?$/s;

function readFlags(source: InstructionSource, escape: string): { flags: Flag[]; restStart: number } {
  const text = source.body.text;
  const flags: Flag[] = [];
  let at = blanks(text, 0);
  while (text.startsWith("--", at)) {
    const [word] = splitDockerWords(source.body.slice(0, wordEnd(text, at, escape)), at, escape);
    const match = word && flagWord.exec(word.raw);
    if (!word || !match) break;
    flags.push({ name: match[1]!.toLowerCase(), value: unquoted(match[2]), span: word.span });
    at = blanks(text, word.joined.end);
  }
  return { flags, restStart: at };
}

function unquoted(value: string | undefined): string | undefined {
  return value?.replace(/^(["'])(.*)\1$/s, "$2");
}

function wordEnd(text: string, from: number, escape: string): number {
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (character === escape) at++;
    else if (quote) quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (/\s/.test(character)) return at;
  }
  return text.length;
}

function blanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

/** `ONBUILD RUN …` as the RUN it will be; undefined when nothing stands behind ONBUILD yet. */
function onbuildTrigger(source: InstructionSource): InstructionSource | undefined {
  const text = source.body.text;
  const start = blanks(text, 0);
  const end = wordEnd(text, start, "");
  if (start === end) return undefined;
  const keyword = text.slice(start, end).toUpperCase();
  if (keyword === "FROM" || keyword === "ONBUILD") return undefined;
  return { ...source, keyword, body: source.body.slice(end, text.length) };
}
