import { variableReferences } from "../../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import {
  type CopyInstruction,
  type Instruction,
  lookupAt,
  type Mount,
  type RunInstruction,
} from "../../../core/dockerfile/instruction.ts";
import type { Span } from "../../../core/dockerfile/span.ts";

/** A path or pattern of the build context that an instruction takes. */
export interface ContextUse {
  readonly instruction: CopyInstruction | RunInstruction;
  /** As written, variables replaced; `null` when it cannot be known. */
  readonly path: string | null;
  /** The build arguments in it: another build may give another path. */
  readonly arguments: readonly string[];
  /** The words that name it. */
  readonly span: Span;
  /** How it is written: a word, a string of a JSON array, or the value of a mount's option. */
  readonly form: "word" | "json" | "mount";
}

/** What a Dockerfile takes of its build context; the bodies of ONBUILD, which take of another one, left out. */
export function contextUses(dockerfile: Dockerfile): ContextUse[] {
  return dockerfile.instructions.flatMap((instruction) => {
    if (instruction.onbuild) return [];
    if (instruction.kind === "RUN") return mountUses(dockerfile, instruction);
    return instruction.kind === "COPY" || instruction.kind === "ADD" ? copyUses(dockerfile, instruction) : [];
  });
}

function copyUses(dockerfile: Dockerfile, copy: CopyInstruction): ContextUse[] {
  if (copy.flags.some(({ name }) => name === "from")) return [];
  return copy.sources.flatMap((source) => {
    const names = variableReferences(source.raw, dockerfile.escape).map(({ name }) => name);
    const path = isKnown(copy, names) ? source.value : null;
    if (copy.kind === "ADD" && isRemote(path ?? source.raw)) return [];
    const json = dockerfile.text[source.span.start] === '"' && !source.raw.startsWith('"');
    const given = names.filter((name) => copy.stage?.variables.environment(name, copy.index) === undefined);
    return [{ instruction: copy, path, arguments: given, span: source.span, form: json ? "json" : "word" }];
  });
}

function mountUses(dockerfile: Dockerfile, run: RunInstruction): ContextUse[] {
  return run.mounts.flatMap((mount) => {
    const { type, options } = mount;
    if (type !== "bind" || options.has("from")) return [];
    const source = options.get("source") ?? options.get("src") ?? "";
    const path = source.includes("$") ? null : source;
    return [{ instruction: run, path, arguments: [], span: sourceSpan(dockerfile, mount), form: "mount" }];
  });
}

function sourceSpan(dockerfile: Dockerfile, { span }: Mount): Span {
  const written = dockerfile.text.slice(span.start, span.end);
  const option = /[=,](?:source|src)=([^,\s"']+)/.exec(written);
  if (!option) return span;
  const end = span.start + option.index + option[0].length;
  return { start: end - option[1]!.length, end };
}

/** Whether the file itself sets every variable: another one may come from the base image. */
function isKnown(instruction: Instruction, names: readonly string[]): boolean {
  const lookup = lookupAt(instruction);
  return names.every((name) => lookup(name) !== undefined);
}

function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path) || /^git@|^github\.com\/|^\w[\w.-]*@[\w.-]+:/.test(path);
}
