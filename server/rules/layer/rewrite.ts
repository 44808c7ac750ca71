import {
  type CopyInstruction,
  type Instruction,
  lookupAt,
  type RunInstruction,
} from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { overlap } from "./copied.ts";
import { copyWithPermissions } from "./copy-with-permissions.ts";
import { type PermissionCall, recursivePermissionCall } from "./permission-call.ts";
import { contains, shellPath } from "./place.ts";
import { ranBefore, shippedRuns } from "./run-order.ts";
import { type StageFacts, stageFacts } from "./stage-facts.ts";
import { workdirs } from "./writes.ts";

/** layer/rewrite: `chmod -R` or `chown -R` over what COPY brought. */
export const rewrite: Rule = {
  code: "layer/rewrite",
  severity: "warning",
  summary: "`chmod -R` or `chown -R` over what COPY brought: the image holds the bytes twice.",
  why: `A layer holds whole files. A \`RUN\` that changes the mode or the owner of a file stores the file again, with all
its bytes, on top of the layer in which \`COPY\` brought it. \`COPY --chown\` and \`COPY --chmod\` set both while copying.`,
  examples: [
    {
      title: "the owner set after copying",
      bad: `FROM ubuntu:22.04
RUN useradd --create-home trainer
COPY . /app
RUN chown -R trainer:trainer /app
`,
      good: `FROM ubuntu:22.04
RUN useradd --create-home trainer
COPY --chown=trainer:trainer . /app
`,
      at: ["chown -R trainer:trainer /app"],
    },
    {
      title: "the mode set after copying",
      bad: `FROM python:3.12-slim
COPY scripts /opt/scripts
RUN chmod -R 755 /opt/scripts && ln -s /opt/scripts/train.sh /usr/local/bin/train
`,
      good: `FROM python:3.12-slim
COPY --chmod=755 scripts /opt/scripts
RUN ln -s /opt/scripts/train.sh /usr/local/bin/train
`,
      at: ["chmod -R 755 /opt/scripts"],
    },
    {
      title: "WORKDIR made the directory: that alone still changes its owner",
      bad: `FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN chown -R 1000:1000 /app
`,
      good: `FROM python:3.12-slim
WORKDIR /app
COPY --chown=1000:1000 . .
RUN chown 1000:1000 /app
`,
      at: ["chown -R 1000:1000 /app"],
    },
    {
      title: "a mode in letters",
      bad: `FROM python:3.12-slim
COPY . /app
RUN chmod -R a+rX /app
`,
      at: ["chmod -R a+rX /app"],
    },
  ],
  fine: [
    `FROM python:3.12-slim
COPY --chmod=755 entrypoint.sh /usr/local/bin/
RUN useradd trainer
COPY --chown=trainer:trainer . /app
`,
    `# One small file, and not recursive.
FROM python:3.12-slim
COPY entrypoint.sh /
RUN chmod +x /entrypoint.sh
`,
    `# What the RUN itself made is written once.
FROM python:3.12-slim
COPY . /app
RUN mkdir -p /app/results && chmod -R 777 /app/results
`,
    `# Only the last stage is shipped.
FROM python:3.12-slim AS build
COPY . /src
RUN chmod -R 755 /src
FROM python:3.12-slim
COPY --from=build /src/dist /app
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const reports: RuleReport[] = [];
    for (const run of shippedRuns(dockerfile)) {
      for (const invocation of run.shell.invocations) {
        const call = recursivePermissionCall(invocation);
        if (!call || invocation.context.conditional || invocation.context.inFunction) continue;
        const found = report(facts.get(stageFacts), run, call);
        if (found) reports.push(found);
      }
    }
    reports.sort((a, b) => a.span.start - b.span.start);
    yield* reports;
  },
};

function report(facts: StageFacts, run: RunInstruction, call: PermissionCall): RuleReport | undefined {
  const { dockerfile, places } = facts;
  const { invocation, tool, paths } = call;
  const workdir = workdirs(run, places.of(run)).get(invocation) ?? null;
  const hits = paths.flatMap((word) => {
    const path = shellPath(invocation, word, places.of(run), workdir);
    if (path === undefined) {
      const named = pathByArguments(facts, run, invocation, word);
      return named ? [{ word, ...named }] : [];
    }
    if (!invocation.node && /[*?[]/.test(path)) return [];
    const copy = copyRewritten(facts, run, invocation, path);
    return copy ? [{ word, path, copy }] : [];
  });
  const [first] = hits;
  if (!first) return undefined;
  const span = {
    start: invocation.word.span.start,
    end: Math.max(call.recursive.span.end, ...hits.map(({ word }) => word.span.end)),
  };
  const line = dockerfile.lines.lineAt(first.copy.span.start) + 1;
  const noun = tool === "chmod" ? "mode" : "owner";
  const example = flagFor(call, first.copy);
  const message =
    `Stores again every file that ${first.copy.keyword} brought to ${first.path} (line ${line}): a changed ${noun} ` +
    `costs a second copy of the bytes. Set it while copying, with ${first.copy.keyword} ${example}.`;
  const edits = copyWithPermissions(facts, run, call, first.path);
  if (!edits) return { span, message };
  const title = `Set the ${noun} with ${first.copy.keyword} --${tool}`;
  return { span, message, fixes: [{ title, automatic: true, edits }] };
}

/** Directories that a base image fills, and no project has for itself. */
const ofTheBase =
  /^\/(?:etc|lib|usr|usr\/(?:lib|local|local\/lib|share)|var|var\/lib|opt\/(?:conda|miniconda\d?|miniforge\d?|nvidia|ros))?$/;

/** The last COPY, of this stage or one that it builds on, whose files the command goes through. */
function copyRewritten(
  facts: StageFacts,
  run: RunInstruction,
  invocation: Invocation,
  path: string,
): CopyInstruction | undefined {
  const instructions = ranBefore(run);
  // A part of what was copied may also have been made since: then it is not known whose files they are.
  let made: boolean | undefined;
  let looked = instructions.length;
  const madeSince = (at: number): boolean => {
    made ??= mayMake(facts, run, path, invocation);
    for (; !made && looked > at + 1; looked--) made = mayMake(facts, instructions[looked - 1]!, path);
    return made;
  };
  for (let at = instructions.length - 1; at >= 0; at--) {
    const each = instructions[at]!;
    if (each.kind !== "COPY" && each.kind !== "ADD") continue;
    const copied = facts.copies.by(each);
    const lies = overlap(copied, path);
    // Among all that the base image has there, what was copied is not what the command is for.
    if (lies === "inside" && copied.destination !== path && ofTheBase.test(path)) continue;
    if (lies === "inside" || (lies === "part" && !madeSince(at))) return each;
  }
  return undefined;
}

/** `$NAME` and `${NAME}`, as Docker and a shell read them alike. */
const reference = /\$(?:(\w+)|\{(\w+)\})/g;

/**
 * A path that an ARG without a value is a part of: the COPY whose destination is written with the same ARG, and lies
 * there whatever the value.
 */
function pathByArguments(
  { dockerfile }: StageFacts,
  run: RunInstruction,
  invocation: Invocation,
  word: ShellWord,
): { path: string; copy: CopyInstruction } | undefined {
  if (!invocation.node) return undefined;
  const { text } = invocation.script.source;
  const path = plainPath(text.slice(word.written.pos, word.written.end));
  if (path === undefined) return undefined;
  const names = [...path.matchAll(reference)].map((match) => match[2]!);
  const lookup = lookupAt(run);
  const declared = (name: string) =>
    dockerfile.instructions.some(
      (each) => each.keyword === "ARG" && each.stage === run.stage && each.rest.text.trim() === name,
    );
  // A script may give it another value; not in its own words, though.
  const sets = (name: string) => new RegExp(`(?<![\\w$\\{])${name}(?=\\W|$)`).test(text);
  if (names.length === 0 || names.some((name) => lookup(name) || sets(name) || !declared(name)))
    return undefined;
  const instructions = run.stage?.instructions ?? [];
  for (let at = instructions.indexOf(run) - 1; at >= 0; at--) {
    const each = instructions[at]!;
    if (each.onbuild !== run.onbuild) continue;
    const changes =
      (each.keyword === "ARG" || each.keyword === "ENV") &&
      names.some((name) => new RegExp(`\\b${name}\\b`).test(each.rest.text));
    if (changes) return undefined;
    if (each.kind !== "COPY" && each.kind !== "ADD") continue;
    const destination = each.destination && plainPath(each.destination.raw);
    if (destination !== undefined && contains(path, destination)) return { path, copy: each };
  }
  return undefined;
}

/** An absolute path of letters and variables, these as `${NAME}`; undefined for any other. */
function plainPath(written: string): string | undefined {
  const bare = written
    .replace(/^"(.*)"$/s, "$1")
    .replace(reference, (_, short, long) => `\${${short ?? long}}`);
  if (!/^\/(?:[\w.@/-]|\$\{\w+\})+$/.test(bare) || /(^|\/)\.\.?(\/|$)|\/\//.test(bare)) return undefined;
  return bare.replace(/(.)\/$/, "$1");
}

function mayMake(
  { places, writes }: StageFacts,
  instruction: Instruction,
  path: string,
  until?: Invocation,
): boolean {
  const workdir = places.madeBy(instruction);
  if (workdir !== undefined) return workdir === null || contains(path, workdir);
  if (instruction.kind !== "RUN") return false;
  return writes.makes(instruction, path) || writes.mayFill(instruction, path, until);
}

function flagFor({ invocation, tool, setting }: PermissionCall, copy: CopyInstruction): string {
  const value = setting?.value;
  if (tool === "chown") {
    const { text } = invocation.script.source;
    const written =
      value ?? (setting && invocation.node && text.slice(setting.written.pos, setting.written.end));
    const owner = /^([\w${}-]*)(:?)([\w${}-]*)$/.exec(written?.replace(/^"(.*)"$/s, "$1") ?? "");
    const [, user = "", colon = "", group = ""] = owner ?? [];
    if (!owner || (user === "" && group === "") || (colon !== "" && group === ""))
      return "--chown=user:group";
    // COPY gives what it brings from the context to root; a user alone would also give it that user's number as group.
    if (copy.from === undefined) return `--chown=${user || "0"}:${group || "0"}`;
    return user === "" ? "--chown=user:group" : `--chown=${user}${colon}${group}`;
  }
  return value && /^[0-7]{3,4}$/.test(value)
    ? `--chmod=${value}`
    : "--chmod=755 (or the mode that the files need)";
}
