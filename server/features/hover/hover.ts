import { type Hover, MarkupKind, type Position } from "vscode-languageserver";
import { pipCall } from "../../../core/commands/pip.ts";
import { uvCall } from "../../../core/commands/uv.ts";
import { driverNeeds } from "../../../core/cuda/drivers.ts";
import { indexCuda } from "../../../core/cuda/torch-wheels.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { FromInstruction, RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { instructionAt } from "../../../core/dockerfile/instruction-at.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { ChainFacts } from "../../../core/image/facts-along-chain.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { allRules } from "../../rules/all-rules.ts";
import { mentionsIn } from "../../rules/cuda/torch-install.ts";
import { docsUrl } from "../../rules/docs-url.ts";
import type { Finding } from "../../rules/rule.ts";
import { catalogueNote, factLines } from "../base-facts-text.ts";
import { resolvedBase } from "../resolved-base.ts";
import { toRange } from "../to-lsp.ts";
import { optionNotes } from "./option-notes.ts";

interface Note {
  readonly span: Span;
  readonly text: string;
}

/** What is known of the words at a place: of a base, of a command's option, of the rule behind a finding. */
export function hover(
  dockerfile: Dockerfile,
  findings: readonly Finding[],
  lab: LabImage,
  position: Position,
): Hover | null {
  const offset = dockerfile.lines.offsetAt(position);
  const holds = ({ start, end }: Span) => start <= offset && offset <= end;
  const instruction = instructionAt(dockerfile, offset);
  const notes: Note[] = [];
  if (instruction?.kind === "FROM") notes.push(...baseNote(dockerfile, lab, instruction));
  if (instruction?.kind === "RUN")
    notes.push(...commandNotes(instruction, offset), ...indexNotes(dockerfile, instruction));
  const here = notes.filter(({ span }) => holds(span));
  const rules = new Set(findings.filter(({ span }) => holds(span)).map(({ code }) => code));
  for (const { code, summary } of allRules)
    if (rules.has(code))
      here.push({ span: wordAt(dockerfile, offset), text: `[${code}](${docsUrl(code)}): ${summary}` });
  const [first] = here;
  if (!first) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: here.map(({ text }) => text).join("\n\n---\n\n") },
    range: toRange(dockerfile.lines, first.span),
  };
}

function baseNote(dockerfile: Dockerfile, lab: LabImage, from: FromInstruction): Note[] {
  const { stage, image } = from;
  if (!stage || !image) return [];
  const base = resolvedBase(stage, lab);
  const lines: string[] = [];
  if (stage.parent) lines.push(`The stage \`${image.raw}\` of this file`);
  else if (base) {
    lines.push(`\`${base.reference}\``);
    for (const { argument, origin } of base.origins) lines.push(`\`${argument}\` is given by ${origin}`);
  } else lines.push(`\`${image.raw}\` has no value that is known here`);
  const facts = new ChainFacts(dockerfile, lab).at(stage);
  const known = factLines(facts, lab.values.gpuDriver);
  lines.push(...known);
  if (!stage.parent && base && known.length > 0 && facts.source !== base.reference)
    lines.push(`Known from ${facts.source}`);
  const note = facts.cuda && driverNeeds(facts.cuda.version).toolkit ? `\n\n${catalogueNote}` : "";
  return [{ span: image.span, text: lines.join("  \n") + note }];
}

function commandNotes(run: RunInstruction, offset: number): Note[] {
  const call = run.shell.invocations.findLast(({ span }) => span.start <= offset && offset <= span.end);
  if (!call) return [];
  const word = [call.word, ...call.args].find(({ span }) => span.start <= offset && offset <= span.end);
  const value = word?.value ?? word?.prefix;
  if (!word || !value) return [];
  // `python convert.py -i x` is no pip, and `python -m pip` is.
  const program = pipCall(call) ? "pip" : uvCall(call) ? "uv" : call.name;
  const command = call.args.find((each) => each.value !== null && !each.value.startsWith("-"))?.value ?? "";
  const note = optionNotes.find(
    (each) => each.programs.test(program) && (each.commands?.test(command) ?? true) && each.word.test(value),
  );
  return note ? [{ span: word.span, text: note.says }] : [];
}

function indexNotes(dockerfile: Dockerfile, run: RunInstruction): Note[] {
  return run.shell.invocations.flatMap(({ args }) =>
    args.flatMap(({ value, prefix, span }) =>
      mentionsIn(value ?? prefix, span, dockerfile.text).map((each) => ({
        span: each.span,
        text: `PyTorch's wheels for CUDA ${indexCuda(each.name) ?? each.name}`,
      })),
    ),
  );
}

/** The characters around a place that belong together. */
function wordAt({ text }: Dockerfile, offset: number): Span {
  let [start, end] = [offset, offset];
  while (start > 0 && /[^\s]/.test(text[start - 1]!)) start--;
  while (end < text.length && /[^\s]/.test(text[end]!)) end++;
  return { start, end };
}
