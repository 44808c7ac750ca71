import type { Statement } from "unbash";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { instructionAt } from "../../../core/dockerfile/instruction-at.ts";
import type { ShellScript } from "../../../core/dockerfile/shell/shell-script.ts";
import { parses } from "../../fixes/append-commands.ts";
import { isList, plainScript } from "../../rules/layer/join-runs.ts";
import type { Refactor } from "./refactoring.ts";
import { failsUnderSetE, sameUnderSetE, statementFailsUnderSetE } from "./under-set-e.ts";

/**
 * `RUN a && b` as a here-document of two lines; it needs BuildKit's Dockerfile syntax 1.4 (Docker 23, or a syntax line).
 * Not in a file with CRLF, where BuildKit hands each `\r` to the shell: `set -e\r` is an illegal option.
 */
export const toHeredoc: Refactor = function* ({ dockerfile, selection }) {
  const run = runAt(dockerfile, selection.start);
  const script = run && !run.onbuild ? plainScript(run) : undefined;
  const list = script?.tree.commands[0]?.command;
  if (!run || !script || list?.type !== "AndOr" || !isList(script) || dockerfile.escape !== "\\") return;
  if (!list.commands.slice(0, -1).every(failsUnderSetE) || !list.commands.every(sameUnderSetE)) return;
  if (isBeforeHeredocs(dockerfile)) return;
  const { text, lineEnd } = dockerfile;
  if (lineEnd === "\r\n" || text.slice(run.span.start, run.span.end).includes("\r")) return;
  const lines = ["set -e"];
  let end: number | undefined;
  for (const command of list.commands) {
    const start = script.source.toSource(command.pos);
    if (end !== undefined) lines.push(...commentsIn(text.slice(end, start)));
    end = script.source.toSourceEnd(command.end);
    const written = asShellReads(text.slice(start, end));
    // A comment between a command's own lines ends the command where there is no Docker to drop it.
    if (commentsIn(written).length > 0 || continuesInSingleQuotes(written)) return;
    lines.push(written);
  }
  const first = script.source.toSource(list.pos);
  if (end === undefined || text.slice(end, run.span.end).trim() !== "") return;
  const delimiter = ["EOF", "EOT", "END_OF_RUN"].find((each) => !text.slice(first, end).includes(each));
  if (!delimiter) return;
  const newText = [`<<${delimiter}`, ...lines, delimiter].join("\n");
  yield {
    title: "Write as a here-document",
    kind: "refactor.rewrite",
    edits: [{ span: { start: first, end: run.span.end }, newText }],
  };
};

/** A here-document of plain commands as `RUN a && b`, or `a; b` where a failure did not stop it. */
export const fromHeredoc: Refactor = function* ({ dockerfile, selection }) {
  const run = runAt(dockerfile, selection.start);
  const [heredoc, more] = run?.heredocs ?? [];
  const script = run?.shell.main;
  if (run?.form !== "heredoc" || !heredoc?.closing || more || script?.embedding !== "heredoc") return;
  if (!parses(script) || dockerfile.escape !== "\\" || script.source.text.startsWith("#!")) return;
  // Only what stands on the RUN's line itself is the here-document's opening.
  if (dockerfile.text.slice(heredoc.span.end, heredoc.body.start).trim() !== "") return;
  const { lineEnd } = dockerfile;
  const [first, ...rest] = script.tree.commands;
  const strict = first && /^set -e(?:u?x?|x?u?)$/.test(written(script, first));
  const others = first && written(script, first) === "set -e" ? rest : script.tree.commands;
  if (others.length === 0) return;
  if (strict && !others.every(({ command }) => sameUnderSetE(command))) return;
  if (strict && !others.slice(0, -1).every(statementFailsUnderSetE)) return;
  const lines: string[] = [];
  let end = 0;
  for (const statement of others) {
    const command = written(script, statement);
    if (statement.background || /(?<!\\)\n/.test(command) || /<</.test(command)) return;
    lines.push(...commentsIn(script.source.text.slice(end, statement.pos)));
    end = statement.end;
    lines.push(strict && needsGroup(statement) ? `{ ${command}; }` : command);
  }
  if (commentsIn(script.source.text.slice(end)).length > 0) return;
  const separator = strict ? " && \\" : "; \\";
  const last = lines.length - 1;
  const joined = lines.map((line, index) =>
    line.startsWith("#") || index === last ? line : line + separator,
  );
  const newText = joined.join(`${lineEnd}    `);
  const span = { start: heredoc.span.start, end: heredoc.closing.end };
  yield { title: "Write as one RUN with &&", kind: "refactor.rewrite", edits: [{ span, newText }] };
};

/** Docker drops empty lines in a continued command, and blanks behind its backslash; a shell ends the command there. */
function asShellReads(written: string): string {
  return written.replace(/\\[ \t]+(?=\n)/g, "\\").replace(/\n(?:[ \t]*\n)+/g, "\n");
}

/** Whether a syntax line asks for a Dockerfile frontend that does not know here-documents: before 1.4. */
function isBeforeHeredocs({ directives }: Dockerfile): boolean {
  const syntax = directives.find(({ name }) => name === "syntax")?.value ?? "";
  return /(?:^|\/)docker\/dockerfile:(?:0|1\.[0-3])(?:[.-]|$)/.test(syntax);
}

/** Whether a continuation lies inside single quotes: Docker takes it away, a shell keeps it as a text of its own. */
function continuesInSingleQuotes(written: string): boolean {
  let quote = "";
  for (let at = 0; at < written.length; at++) {
    const here = written[at];
    if (quote === "'") {
      if (here === "'") quote = "";
      else if (here === "\\" && written[at + 1] === "\n") return true;
    } else if (here === "\\") at++;
    else if (here === '"') quote = quote ? "" : '"';
    else if (here === "'" && quote === "") quote = "'";
  }
  return false;
}

function runAt(dockerfile: Dockerfile, offset: number): RunInstruction | undefined {
  const found = instructionAt(dockerfile, offset);
  return found?.kind === "RUN" ? found : undefined;
}

function written({ source }: ShellScript, { pos, end }: Statement): string {
  return source.text.slice(pos, end).replace(/;$/, "").trimEnd();
}

/** Whether `&&` in front of or behind it would bind otherwise than a new line does. */
function needsGroup({ command }: Statement): boolean {
  return command.type === "AndOr" && command.operators.includes("||");
}

function commentsIn(text: string): string[] {
  return (text.match(/^[ \t]*#.*$/gm) ?? []).map((comment) => comment.trim());
}
