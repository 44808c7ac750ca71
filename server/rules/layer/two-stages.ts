import type { AptCall } from "../../../core/commands/apt.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Instruction, RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { parses } from "../../fixes/append-commands.ts";
import type { Edit } from "../rule.ts";
import { compilesProject, preparing } from "./build-commands.ts";
import { removeWords } from "./remove-words.ts";

/** An apt call that installs build tools among its packages. */
export interface ToolInstall {
  readonly run: RunInstruction;
  readonly call: AptCall;
  readonly words: readonly ShellWord[];
}

/**
 * Makes three parts of a file with one stage: what is above the compiling becomes the stage `base`, the compiling, with
 * the tools for it, the stage `build`, and the rest builds on `base` and copies what `build` installed. Undefined where
 * the compiling leaves something elsewhere than in folders of its own, or is mixed with other work.
 */
export function twoStages(
  dockerfile: Dockerfile,
  tools: readonly ToolInstall[],
  compiling: readonly RunInstruction[],
): Edit[] | undefined {
  const [stage, ...others] = dockerfile.stages;
  const from = stage?.from;
  if (!stage || others.length > 0 || !from?.image || from.alias) return undefined;
  if (dockerfile.text.slice(from.span.start, from.span.end).includes("\n")) return undefined;
  const part = builderPart(stage.instructions, compiling);
  const folders = part && installFolders(part, compiling);
  if (!part || !folders) return undefined;
  const [first] = part;
  if (tools.some(({ run }) => run.index >= first!.index)) return undefined;
  const moved: Edit[] = [];
  for (const { call, words } of tools) {
    const stays = call.targets.length > words.length && call.invocation.context.fedBy.length === 0;
    const removed =
      stays &&
      !words.some(({ substituted }) => substituted) &&
      removeWords(dockerfile, call.invocation, words);
    if (!removed) return undefined;
    moved.push(...removed);
  }
  const names = [...new Set(tools.flatMap(({ words }) => words.map(({ value }) => value!)))];
  return [
    { span: { start: from.span.end, end: from.span.end }, newText: " AS base" },
    ...moved,
    builderEdit(dockerfile, first!, names),
    finalEdit(dockerfile, part, folders),
  ];
}

/** The instructions from the first one that prepares the compiling to the last one that compiles. */
function builderPart(
  instructions: readonly Instruction[],
  compiling: readonly RunInstruction[],
): readonly Instruction[] | undefined {
  let start = instructions.indexOf(compiling[0]!);
  const end = instructions.indexOf(compiling.at(-1)!);
  while (start > 1 && isPreparation(instructions[start - 1]!)) start--;
  const part = instructions.slice(start, end + 1);
  return part.every(isPreparation) ? part : undefined;
}

function isPreparation(each: Instruction): boolean {
  if (each.onbuild) return false;
  if (each.keyword === "WORKDIR" || each.kind === "ARG") return true;
  if (each.kind !== "RUN" || each.form === "exec") return false;
  const { main, invocations } = each.shell;
  if (!main || !parses(main) || invocations.length === 0) return false;
  return invocations.every(
    (invocation) =>
      preparing.has(invocation.name) ||
      compilesProject(invocation) ||
      /^(?:make|ninja)$/.test(invocation.name),
  );
}

const prefix = /(?:-DCMAKE_INSTALL_PREFIX(?::\w+)?=|--prefix[= ])(["']?)(\/[\w./-]*[\w-])\1(?=$|[\s;&|])/g;
const shared = /^\/(?:usr|usr\/local|opt|home|root|lib|bin|etc|var)?$/;

/** The folders into which every compiling RUN installs; undefined where one of them is not known. */
function installFolders(
  part: readonly Instruction[],
  compiling: readonly RunInstruction[],
): readonly string[] | undefined {
  const folders = new Set<string>();
  for (const run of compiling) {
    const text = run.shell.main?.source.text ?? "";
    const found = [...text.matchAll(prefix)].map((match) => match[2]!);
    const configured =
      text.match(/(?:^|[\s;&|])(?:cmake\s+(?!--)|\S*\/configure\s|\.\/configure\s)/g)?.length ?? 0;
    if (found.length === 0 || found.length < configured || !/\binstall\b|--install/.test(text))
      return undefined;
    for (const folder of found) {
      if (shared.test(folder)) return undefined;
      folders.add(folder);
    }
  }
  return part.length > 0 ? [...folders] : undefined;
}

function builderEdit(dockerfile: Dockerfile, first: Instruction, names: readonly string[]): Edit {
  const { lineEnd, lines, escape } = dockerfile;
  const top = first.commentsAbove[0]?.span.start ?? first.span.start;
  const at = lines.lineStart(lines.lineAt(top));
  const text = [
    "# Compiles; nothing of this stage is in the image but what is copied below.",
    "FROM base AS build",
    `RUN apt-get update ${escape}`,
    `    && apt-get install -y --no-install-recommends ${names.join(" ")} ${escape}`,
    "    && rm -rf /var/lib/apt/lists/*",
    "",
  ];
  return { span: { start: at, end: at }, newText: text.join(lineEnd) };
}

function finalEdit(dockerfile: Dockerfile, part: readonly Instruction[], folders: readonly string[]): Edit {
  const { lineEnd, lines, text } = dockerfile;
  const last = part.at(-1)!;
  const at = lines.lineStart(lines.lineAt(Math.max(last.span.start, last.span.end - 1)) + 1);
  const gap = at > 0 && text[at - 1] !== "\n" ? lineEnd : "";
  const carried = part.filter((each, index) => {
    if (each.kind === "ARG") return true;
    return each.keyword === "WORKDIR" && !part.slice(index + 1).some(({ keyword }) => keyword === "WORKDIR");
  });
  const newText = [
    "",
    "FROM base",
    ...carried.map(({ span }) => text.slice(span.start, span.end)),
    ...folders.map((folder) => `COPY --from=build ${folder} ${folder}`),
    "",
  ];
  return { span: { start: at, end: at }, newText: gap + newText.join(lineEnd) };
}
