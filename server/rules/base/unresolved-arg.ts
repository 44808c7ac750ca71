import { type VariableReference, variableReferences } from "../../../core/dockerfile/docker-word.ts";
import type { FromInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { platformArguments } from "../../../core/dockerfile/variables.ts";
import { parseImageReference } from "../../../core/image/reference.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { ArgumentUses } from "./argument-uses.ts";
import { type GlobalArgument, globalArguments, referenceValue } from "./global-arguments.ts";
import { isUnreadable } from "./manifest-argument.ts";
import { manifestFix } from "./manifest-fix.ts";

/** Finds variables in FROM that nothing gives a value. */
export const unresolvedArg: Rule = {
  code: "base/unresolved-arg",
  severity: "warning",
  summary: "a variable in FROM that nothing gives a value",
  why: `Docker takes an ARG without a value as empty: \`FROM \${BASE_IMG}\` then stops with "base name should not be
blank", or takes another image than was meant. The value comes from a default in the ARG, from
\`lab-images.json\` (\`images.<name>.args\`) or from the lab's build script; with one of them in place the editor shows
it behind the line. Silent where a script, a makefile, a Python program, a pipeline or a compose file of the same
repository gives the argument. Only an ARG above the first FROM is seen by FROM.`,
  examples: [
    {
      title: "declared, and nothing gives a value",
      bad: "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
      at: ["${BASE_IMG}"],
    },
    {
      title: "a part of the tag",
      bad: "ARG CUDA_VERSION\nARG OS=ubuntu22.04\nFROM nvidia/cuda:$CUDA_VERSION-devel-$OS\n",
      at: ["$CUDA_VERSION"],
    },
    {
      title: "declared too late: FROM sees only what stands above the first FROM",
      bad: "FROM python:3.12-slim AS build\nARG RUNTIME=python:3.12-slim\nFROM ${RUNTIME}\n",
      at: ["${RUNTIME}"],
    },
  ],
  fine: [
    "ARG BASE_IMG=nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04\nFROM ${BASE_IMG}\n",
    "ARG BASE_IMG\nFROM ${BASE_IMG:-ubuntu:22.04}\n",
    "FROM --platform=$BUILDPLATFORM ubuntu:22.04\n",
    "# Empty, or a mirror that ends with a slash.\nARG MIRROR\nFROM ${MIRROR}ubuntu:22.04\n",
  ],
  *check(image) {
    const known = globalArguments(image);
    const uses = new ArgumentUses(image.dockerfile);
    for (const { from } of image.dockerfile.stages) {
      if (from?.image) yield* checkFrom(image, from, known, uses);
    }
  },
};

function* checkFrom(
  image: ImageUnderCheck,
  from: FromInstruction,
  known: ReadonlyMap<string, GlobalArgument>,
  uses: ArgumentUses,
): Generator<RuleReport> {
  const { escape } = image.dockerfile;
  const { raw = "", joined } = from.image ?? {};
  if (!joined || raw.startsWith("'")) return;
  const seen = new Set<string>();
  for (const reference of variableReferences(raw, escape)) {
    const { name, operator } = reference;
    // With an operator the author says what an empty value means.
    if (seen.has(name) || operator !== undefined || platformArguments.has(name)) continue;
    seen.add(name);
    const message = faultOf(image, raw, reference, known);
    if (message === undefined) continue;
    const span: Span = from.body.spanOf(joined.start + reference.start, joined.start + reference.end);
    const argument = known.get(name);
    const open = argument?.value === undefined && argument && uses.alwaysTheSame(name);
    const fix = open ? manifestFix(image, raw, reference, known) : undefined;
    yield { span, message, ...(fix ? { fixes: [fix] } : {}) };
  }
}

/** The message; undefined where the variable has a value, or may have one that is not known here. */
function faultOf(
  image: ImageUnderCheck,
  raw: string,
  reference: VariableReference,
  known: ReadonlyMap<string, GlobalArgument>,
): string | undefined {
  const { name } = reference;
  const argument = known.get(name);
  if (!argument) return undeclared(image, name);
  if (argument.value === null) {
    const open = argument.given === undefined && openArgument(argument, image, known);
    if (open && image.lab.isGivenElsewhere?.(open)) return undefined;
    return open ? `${name} is made of ${open}, and ${noValue(open)} ${advice(image, open)}` : undefined;
  }
  if (argument.value === "") {
    if (isReference(image, raw, known)) return undefined;
    return `${name} is empty here, so the FROM names no image and the build stops. ${advice(image, name)}`;
  }
  if (argument.value !== undefined || isOptionalPrefix(raw, reference)) return undefined;
  if (image.lab.isGivenElsewhere?.(name)) return undefined;
  return `${noValue(name).replace(/^n/, "N")} ${advice(image, name)}`;
}

function noValue(name: string): string {
  return `nothing gives ${name} a value: Docker takes it as empty, and the build stops or takes another image.`;
}

function advice({ lab }: ImageUnderCheck, name: string): string {
  const own = lab.name === undefined ? "" : ` under images.${lab.name}.args`;
  const unreadable = isUnreadable(lab)
    ? " lab-images.json is not valid JSON, so what it says does not count: put it right first."
    : "";
  return `Write a default (ARG ${name}=…), or give the value in lab-images.json${own} or in the build script.${unreadable}`;
}

function undeclared({ dockerfile }: ImageUnderCheck, name: string): string {
  const late = dockerfile.instructions.some(
    (each) => each.stage && each.kind === "ARG" && each.assignments.some((given) => given.name === name),
  );
  const where = late ? "is declared only below the first FROM, where no FROM sees it" : "is not declared";
  return `${name} ${where}: Docker takes it as empty, and the build stops or takes another image. Write ARG ${name}=… above the first FROM.`;
}

/** The argument without a value that a default is made of, if that is why its value is not known. */
function openArgument(
  argument: GlobalArgument,
  { dockerfile }: ImageUnderCheck,
  known: ReadonlyMap<string, GlobalArgument>,
): string | undefined {
  const seen = new Set<GlobalArgument>();
  const waiting = [argument];
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    if (seen.has(each)) continue;
    seen.add(each);
    for (const { name, operator } of variableReferences(each.assignment.raw ?? "", dockerfile.escape)) {
      const used = known.get(name);
      if (operator !== undefined || !used) continue;
      if (used.value === undefined) return name;
      if (used.value === null && used.given === undefined) waiting.push(used);
    }
  }
  return undefined;
}

/** Whether the FROM names an image with the values as they are. */
function isReference(
  { dockerfile }: ImageUnderCheck,
  raw: string,
  known: ReadonlyMap<string, GlobalArgument>,
): boolean {
  const text = replaced(raw, dockerfile.escape, (reference) =>
    referenceValue(raw, reference, dockerfile.escape, known),
  );
  return text === null || parseImageReference(text.replace(/^"(.*)"$/s, "$1")) !== undefined;
}

function replaced(
  raw: string,
  escape: string,
  value: (reference: VariableReference) => string | null,
): string | null {
  let text = "";
  let at = 0;
  for (const reference of variableReferences(raw, escape)) {
    const found = value(reference);
    if (found === null) return null;
    text += raw.slice(at, reference.start) + found;
    at = reference.end;
  }
  return text + raw.slice(at);
}

/** `${MIRROR}ubuntu:22.04`: left empty, the rest is the image; a value would end with a slash. */
function isOptionalPrefix(raw: string, { start, end }: VariableReference): boolean {
  const quote = raw.startsWith('"') ? 1 : 0;
  return start === quote && parseImageReference(raw.slice(end, raw.length - quote)) !== undefined;
}
